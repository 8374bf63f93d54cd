'use strict';
/** What the last expression of a cell shows: pictures and tables where a value has them, text otherwise. */

/** By this name, which Deno's kernel uses too, a value says its forms by MIME type. */
const displayName = Symbol.for('Jupyter.display');

/** More rows or columns of a table than these are left out. */
const [mostRows, mostColumns] = [20, 30];

/** Shows a value below the cell under way. */
async function showValue(value) {
  const data = await bundleOf(value);
  if (data) require('tslab/dist/jupyter').lastWriteDisplayData({ data, metadata: {}, transient: {} }, false);
  else console.log(value);
}

async function bundleOf(value) {
  if (typeof value?.[displayName] === 'function') return value[displayName]();
  return isDataFrame(value) ? tableOf(value) : undefined;
}

/** Danfojs' DataFrame. Its own name may be shortened by a bundler. */
function isDataFrame(value) {
  return (
    Array.isArray(value?.columns) &&
    Array.isArray(value?.index) &&
    Array.isArray(value?.values) &&
    Boolean(value?.$config)
  );
}

function tableOf({ columns, index, values }) {
  const [names, rows] = [columns.slice(0, mostColumns), values.slice(0, mostRows)];
  const row = (tag, cells) => `<tr>${cells.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join('')}</tr>`;
  const body = rows.map((cells, i) => row('td', [index[i], ...cells.slice(0, mostColumns)]));
  const size = `${values.length} rows x ${columns.length} columns`;
  const text = [['', ...names], ...rows.map((cells, i) => [index[i], ...cells.slice(0, mostColumns)])];
  return {
    'text/html': `<table><thead>${row('th', ['', ...names])}</thead><tbody>${body.join('')}</tbody></table><p>${size}</p>`,
    'text/plain': `${text.map((cells) => cells.map(String).join('\t')).join('\n')}\n${size}`,
  };
}

function escaped(cell) {
  const text =
    typeof cell === 'number' && !Number.isInteger(cell) ? String(Number(cell.toPrecision(6))) : String(cell);
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

module.exports = { showValue };

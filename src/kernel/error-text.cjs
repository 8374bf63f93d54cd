'use strict';
/** What a cell's error looks like: the cell's own lines, and none of the kernel's frames. */
const path = require('node:path');
const { SourceMap } = require('node:module');
const util = require('node:util');

const embedded = /\/\/# sourceMappingURL=data:application\/json;base64,([A-Za-z0-9+/=]+)/g;

/** Errors with this property say in their message what to do: a stack trace would only bury it. */
const explained = Symbol.for('little-data.explained');

/** Frames of Node, of tslab and of this folder: no reader can do anything about them. */
const inner = [
  /\(?node:/,
  /[\\/]node_modules[\\/]tslab[\\/]/,
  new RegExp(`\\(?${path.dirname(__filename).replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}`),
];

/**
 * Finds the lines of a cell by what was compiled from it.
 * @param {string} output the JavaScript, with the source maps of both of tslab's steps
 * @returns {(line: number, column: number) => number | undefined} from a place in it, from 1, to the cell's line, from 1;
 *   0 behind its end
 */
function linesOf(output) {
  const lines = output.split('\n').length;
  const maps = [...output.matchAll(embedded)]
    .map(([, text]) => new SourceMap(JSON.parse(Buffer.from(text, 'base64').toString())))
    .reverse();
  return (line, column) => {
    // The call of the cell's function, which tslab writes.
    if (line > lines) return 0;
    let at = { originalLine: line - 1, originalColumn: column - 1 };
    for (const map of maps) {
      at = map.findEntry(at.originalLine, at.originalColumn);
      if (at.originalLine === undefined) return undefined;
    }
    // tslab puts a line of its own before the cell's first.
    return maps.length > 0 && at.originalLine >= 1 ? at.originalLine : undefined;
  };
}

/**
 * The text of what a cell has thrown. Errors that have a text of their own keep it; those that are `explained` have only
 * their message and the cell's line.
 * @param {unknown} error
 * @param {Map<string, ReturnType<typeof linesOf>>} cells by the name that their scripts have in stack traces
 */
function errorText(error, cells) {
  const isOwn = typeof error?.[util.inspect.custom] === 'function';
  if (isOwn || !(error instanceof Error) || typeof error.stack !== 'string') return util.inspect(error);
  const [head, ...frames] = splitStack(error);
  const readable = frames
    .filter((frame) => !inner.some((pattern) => pattern.test(frame)))
    .map((frame) => withCellLine(frame, cells))
    .filter((frame) => !frame.includes('line 0 of cell ['));
  if (error[explained]) {
    const line = readable.find((frame) => frame.includes(' of cell ['));
    return [`${error.name}: ${error.message}`, ...(line ? [line] : [])].join('\n');
  }
  const cause = error.cause === undefined ? [] : [`Caused by: ${errorText(error.cause, cells)}`];
  return [head, ...readable, ...cause].join('\n');
}

/** The message, which may have several lines, and the frames. */
function splitStack({ stack }) {
  const lines = stack.split('\n');
  const first = lines.findIndex((line) => /^\s+at /.test(line));
  return first < 0 ? [stack] : [lines.slice(0, first).join('\n'), ...lines.slice(first)];
}

function withCellLine(frame, cells) {
  // Cells are called as members of what they export.
  return frame
    .replace(/at (async )?(Proxy\.)?/, 'at ')
    .replace(/(cell \[\d+\]):(\d+):(\d+)/, (_, name, line, column) => {
      const own = cells.get(name)?.(Number(line), Number(column));
      return own === undefined ? name : `line ${own} of ${name}`;
    });
}

module.exports = { explained, linesOf, errorText };

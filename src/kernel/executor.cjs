'use strict';
/** Runs what tslab's converter makes of cells, in place of tslab's own executor: names, errors and results as readers expect them. */
const vm = require('node:vm');
const { getCodeMetadata } = require('tslab/dist/metadata');
const { keepDeclarations } = require('./declarations.cjs');
const { errorText, explained, linesOf } = require('./error-text.cjs');
const { requireFor } = require('./require-for.cjs');
const { count } = require('./shared-counts.cjs');
const { showValue } = require('./show-value.cjs');

/** Cells whose lines are remembered: a function of an earlier cell may throw later. */
const mostCells = 1000;

/**
 * The executor that tslab's kernel uses.
 * @param {string} rootDir the notebook's folder
 * @param {{ node: object, browser: object, close: () => void }} converters tslab's
 */
function createExecutor(rootDir, converters) {
  const locals = {};
  const run = { assigned: new Map() };
  const exported = exportsOf(locals, run);
  const modules = requireFor(rootDir);
  const cells = new Map();
  let declarations = '';
  let number = 0;
  let interruptCell = () => {};
  vm.runInThisContext('(x) => { globalThis.__tslab__ = x; }')({
    exports: exported,
    require: modules.require,
  });

  async function execute(source) {
    const name = `cell [${++number}]`;
    const metadata = getCodeMetadata(source);
    const converter = metadata.mode === 'browser' ? converters.browser : converters.node;
    if (metadata.module) {
      print(converter.addModule(metadata.module, source, metadata));
      return true;
    }
    if (metadata.mode === 'browser') return true;
    const converted = converter.convert(declarations, source);
    modules.update(converted.sideOutputs ?? []);
    if (converted.diagnostics.length > 0) {
      print(converted.diagnostics);
      return false;
    }
    cells.set(name, linesOf(converted.output ?? ''));
    for (const oldest of cells.keys()) if (cells.size > mostCells) cells.delete(oldest);
    const earlier = { ...locals };
    run.assigned.clear();
    try {
      await runScript(converted, name);
    } catch (error) {
      console.error(errorText(error, cells));
      declarations = keepEarlier(converted.declOutput ?? '', earlier);
      return false;
    }
    declarations = converted.declOutput ?? '';
    const last = converted.lastExpressionVar;
    const value = last && locals[last];
    if (last) delete locals[last];
    if (value !== undefined && value !== null) await showValue(value);
    return true;
  }

  async function runScript({ output = '', hasToplevelAwait }, name) {
    const opening = `(${hasToplevelAwait ? 'async ' : ''}function (exports, require) { `;
    const interrupted = new Promise((_, reject) => {
      interruptCell = () => reject(new Interrupted());
    });
    interrupted.catch(() => {});
    try {
      const result = vm.runInThisContext(`${opening}${output}\n})(__tslab__.exports, __tslab__.require)`, {
        filename: name,
        columnOffset: -opening.length,
        breakOnSigint: true,
        // Else Node puts the compiled line before the message.
        displayErrors: false,
      });
      if (!hasToplevelAwait) return;
      count('waiting', 1);
      await Promise.race([result, interrupted]).finally(() => count('waiting', -1));
    } catch (error) {
      throw error?.code === 'ERR_SCRIPT_EXECUTION_INTERRUPTED' ? new Interrupted() : error;
    } finally {
      interruptCell = () => {};
    }
  }

  /** After a failure: what the cell had not come to is what it was before. Returns the declarations that hold then. */
  function keepEarlier(declared, earlier) {
    const reached = (name) =>
      !run.assigned.has(name) || run.assigned.get(name) > 1 || locals[name] !== undefined;
    const lost = [...run.assigned.keys()].filter((name) => !reached(name));
    for (const name of lost) {
      if (name in earlier) locals[name] = earlier[name];
      else delete locals[name];
    }
    return [
      keepDeclarations(declared, (name) => !lost.includes(name)),
      keepDeclarations(declarations, (name) => lost.includes(name), { types: false }),
    ].join('');
  }

  const converterOf = (source) =>
    getCodeMetadata(source).mode === 'browser' ? converters.browser : converters.node;
  return {
    execute,
    inspect: (source, position) => converterOf(source).inspect(declarations, source, position),
    complete: (source, position) => converterOf(source).complete(declarations, source, position),
    interrupt: () => interruptCell(),
    close: () => converters.close(),
  };
}

/** What ends a cell on Kernel > Interrupt. */
class Interrupted extends Error {
  name = 'Interrupted';
  [explained] = true;

  constructor() {
    super('The cell was ended. What it has set so far stays.');
  }
}

/**
 * What cells export into. TypeScript first sets every name of a cell to undefined, and imports come by `defineProperty`: both
 * arrive in this one place, where it is counted how often a name was set.
 */
function exportsOf(locals, { assigned }) {
  return new Proxy(locals, {
    defineProperty(_, name, attributes) {
      if (name === '__esModule') return true;
      assigned.set(name, (assigned.get(name) ?? 0) + 1);
      locals[name] = attributes.get ? attributes.get() : attributes.value;
      return true;
    },
  });
}

function print(diagnostics) {
  for (const { fileName, start, messageText } of diagnostics) {
    const place = `${fileName ? `${fileName} ` : ''}${start.line + 1}:${start.character + 1}`;
    console.error(`${place} - ${messageText}`);
  }
}

module.exports = { createExecutor };

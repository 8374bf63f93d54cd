'use strict';
/** `require` of cells: from the notebook's folder, tslab itself, and the TypeScript files beside the notebook. */
const Module = require('node:module');
const path = require('node:path');
const { normalizeJoin } = require('tslab/dist/tspath');

/** @param {string} rootDir the notebook's folder */
function requireFor(rootDir) {
  const outputs = new Map();
  const loaded = new Map();

  /** A module that was compiled from a TypeScript file beside the notebook, or made by a cell. */
  function besideNotebook(folder, id) {
    const joined = normalizeJoin(folder, id);
    const file = path.extname(joined) === '' ? `${joined}.js` : joined;
    const known = loaded.get(file);
    if (known || !outputs.has(file)) return known;
    const made = new Module(file, module);
    made.filename = file;
    made.paths = Module._nodeModulePaths(path.dirname(file));
    made.require = wrap(made.require.bind(made), path.dirname(file));
    made._compile(outputs.get(file), file);
    loaded.set(file, made);
    return made;
  }

  function wrap(original, folder) {
    return new Proxy(original, {
      apply(_target, self, args) {
        if (args.length !== 1) return Reflect.apply(original, self, args);
        if (args[0] === 'tslab') return require('tslab');
        return besideNotebook(folder, args[0])?.exports ?? Reflect.apply(original, self, args);
      },
    });
  }

  return {
    // The preload of this folder knows imports of cells by this file name, as tslab has it.
    require: wrap(Module.createRequire(normalizeJoin(rootDir, 'src.js')), rootDir),
    update(files) {
      for (const file of files) {
        loaded.delete(file.path);
        outputs.set(file.path, file.data);
      }
    },
  };
}

module.exports = { requireFor };

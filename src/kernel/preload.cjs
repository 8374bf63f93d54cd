'use strict';
/**
 * Loaded by the kernel before tslab: runs this package's TypeScript as it is, gives a cell that imports the package
 * again the code as it is now, and lets every import of TensorFlow end at the one module that chooses it.
 */
require('tsx/cjs');
require('./patch-tslab.cjs');
const Module = require('node:module');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const util = require('node:util');

// Photos are read and decoded in Node's pool of threads: 4, unless one says so before its first use.
process.env.UV_THREADPOOL_SIZE ??= String(Math.max(4, os.availableParallelism()));

// tfjs-node 4.22 calls it; Node 23 took it away.
util.isNullOrUndefined ??= (value) => value === null || value === undefined;

const source = path.resolve(__dirname, '..') + path.sep;
const chooser = path.join(source, 'tensorflow.ts');
const changed = new Map();
const load = Module._load;

Module._load = function (request, parent, isMain) {
  if (request === '@tensorflow/tfjs-node' && parent?.filename !== chooser) {
    return load.call(this, chooser, parent, isMain).tf;
  }
  // tslab resolves the imports of a cell from a pretended file of this name in the notebook's folder.
  const fromCell = path.basename(parent?.filename ?? '') === 'src.js';
  if (fromCell) dropChanged();
  try {
    return load.call(this, request, parent, isMain);
  } finally {
    // Also when one file fails: the others that it had loaded are in use from now on.
    if (fromCell) noteLoaded();
  }
};

/** One changed file drops all: modules hold on to what they imported. */
function dropChanged() {
  const mine = Object.keys(Module._cache).filter((file) => file.startsWith(source) && file !== __filename);
  if (mine.every((file) => !changed.has(file) || changed.get(file) === changeTime(file))) return;
  for (const file of mine) delete Module._cache[file];
  changed.clear();
}

function noteLoaded() {
  for (const file of Object.keys(Module._cache)) {
    if (file.startsWith(source) && !changed.has(file)) changed.set(file, changeTime(file));
  }
}

function changeTime(file) {
  try {
    return fs.statSync(file).mtimeMs;
  } catch {
    return undefined;
  }
}

// Under the notebook runner an error outside a cell must not pass for success.
if (process.env.LITTLE_DATA_STRICT === '1') {
  for (const event of ['unhandledRejection', 'uncaughtException']) {
    process.on(event, (error) => {
      fs.writeSync(2, `${event} outside a cell: ${error?.stack ?? error}\n`);
      process.exit(1);
    });
  }
}

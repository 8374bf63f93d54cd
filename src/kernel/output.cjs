'use strict';
/** Where prints and pictures go: below the cell that they come of, also when it has ended and another one runs. */
const { AsyncLocalStorage } = require('node:async_hooks');
const { StringDecoder } = require('node:string_decoder');

const storage = new AsyncLocalStorage();
/** The cell that ran last: what comes of none goes there. */
let newest;

/** Runs `work`; what it and all that follows of it print goes to `cell`. */
function withOutput(cell, work) {
  newest = cell;
  return storage.run(cell, work);
}

/** Runs `work` as if in the cell under which `keepOutput` was called. */
function keepOutput() {
  const cell = storage.getStore() ?? newest;
  return (work) => (cell ? storage.run(cell, work) : work());
}

/** Leads the streams of this process, and tslab's displays, to cells. `tslab` is what its `jupyter.js` exports. */
function leadOutput(tslab) {
  const cell = () => storage.getStore() ?? newest;
  for (const name of ['stdout', 'stderr']) {
    const stream = process[name];
    const original = stream.write.bind(stream);
    const decoder = new StringDecoder('utf8');
    stream.write = (data, encoding, callback) => {
      const own = cell();
      if (!own) return original(data, encoding, callback);
      own.write(name, typeof data === 'string' ? data : decoder.write(data));
      const done = typeof encoding === 'function' ? encoding : callback;
      if (done) process.nextTick(done);
      return true;
    };
  }
  tslab.lastWriteDisplayData = (content, update) => cell()?.display(content, update);
}

module.exports = { keepOutput, leadOutput, withOutput };

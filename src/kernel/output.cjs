'use strict';
/** Where prints and pictures go: below the cell that runs or ran last, or the one that owns the widget which is moved. */
const { StringDecoder } = require('node:string_decoder');

/** The cell that ran last, and the one that has the output for the moment. */
let newest;
let borrowed;

/** Runs a cell's `work`; from then on what is printed goes to `cell`. */
function withOutput(cell, work) {
  newest = cell;
  return work();
}

/**
 * A function that runs work as if in the cell that runs now, until the work ends. (Asynchronous hooks of Node would follow
 * all of it, but a process that has them does not survive the end of an endless loop.)
 */
function keepOutput() {
  const cell = borrowed ?? newest;
  return (work) => {
    const before = borrowed;
    borrowed = cell;
    const restore = () => {
      borrowed = before;
    };
    let result;
    try {
      result = work();
    } catch (error) {
      restore();
      throw error;
    }
    if (typeof result?.then !== 'function') {
      restore();
      return result;
    }
    return Promise.resolve(result).finally(restore);
  };
}

/** Leads the streams of this process, and tslab's displays, to cells. `tslab` is what its `jupyter.js` exports. */
function leadOutput(tslab) {
  for (const name of ['stdout', 'stderr']) {
    const stream = process[name];
    const original = stream.write.bind(stream);
    const decoder = new StringDecoder('utf8');
    stream.write = (data, encoding, callback) => {
      const cell = borrowed ?? newest;
      if (!cell) return original(data, encoding, callback);
      cell.write(name, typeof data === 'string' ? data : decoder.write(data));
      const done = typeof encoding === 'function' ? encoding : callback;
      if (done) process.nextTick(done);
      return true;
    };
  }
  tslab.lastWriteDisplayData = (content, update) => (borrowed ?? newest)?.display(content, update);
}

module.exports = { keepOutput, leadOutput, withOutput };

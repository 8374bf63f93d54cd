'use strict';
/** Numbers that the main thread writes and the thread of the control socket reads, also while the main thread computes. */

const places = {
  /** Grows while the main thread gives way. */
  beats: 0,
  /** Pieces of work that stop by themselves after an interrupt. */
  cooperating: 1,
  /** Cells that have begun and wait for something. Only these are ended: what compiles a cell must not be. */
  waiting: 2,
  /** 1 once the control socket is closed. */
  closed: 3,
};

const sharedCounts = new Int32Array(new SharedArrayBuffer(4 * Object.keys(places).length));

/** Adds `by` to a number. */
function count(name, by) {
  Atomics.add(sharedCounts, places[name], by);
}

/** The package's own work, which must not import this folder, finds it here. */
globalThis[Symbol.for('little-data.cooperating')] = (by) => count('cooperating', by);

module.exports = { count, places, sharedCounts };

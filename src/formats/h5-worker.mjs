/**
 * The thread in which `h5-thread.ts` reads one weights file. HDF5's library may hang, abort or fill its memory on a damaged
 * file: all of that ends with this thread. The thread opens no file but the one it was given, whatever that file asks for.
 */
import fs from 'node:fs';
import path from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import * as h5 from 'h5wasm/node';
import { attributesOf, layersIn } from './h5-layouts.mjs';
import { Fault, readValues } from './h5-values.mjs';

/** @import { ThreadAnswer, ThreadTask } from './h5-thread.js' */

/** @type {ThreadTask} */
const { file, mostBytes } = workerData;
await h5.ready;
const { complaints, strays } = fence();
parentPort?.postMessage(...answer());

/** @returns {[answer: ThreadAnswer, transfer: ArrayBuffer[]]} */
function answer() {
  let fault = 'a damaged file, or not the whole of one';
  try {
    const weights = read();
    // The library continues after most failures, with a part of the list or with values that it never read.
    if (complaints.length === 0 && strays.length === 0) {
      const data = weights.layers.flatMap((layer) => layer.weights.map((weight) => weight.data.buffer));
      return [{ weights }, /** @type {ArrayBuffer[]} */ (data)];
    }
  } catch (error) {
    if (error instanceof Fault) fault = error.message;
  }
  return [{ fault: strays[0] === undefined ? fault : `data that lies in another file, ${strays[0]}` }, []];
}

function read() {
  const opened = new h5.File(file, 'r');
  const size = fs.statSync(file).size;
  if (opened.file_id < 0) throw new Fault(`${size} bytes that are no HDF5 file, or not the whole of one`);
  const layers = layersIn(opened).filter((layer) => layer.weights.length > 0);
  const attributes = attributesOf(opened);
  return { layers: readValues(layers, { size, mostBytes }), attributes };
}

/**
 * From here on nothing but the file can be opened, nothing is printed, and the library's memory grows no further than allowed.
 * `complaints` is what the library prints of its failures, `strays` are the other files that it wanted to open.
 */
function fence() {
  /** @type {true[]} */
  const complaints = [];
  /** @type {string[]} */
  const strays = [];
  // It would look there for code that knows the file's filters or its way of storing.
  while (h5.Module.get_plugin_search_paths().length > 0) h5.Module.remove_plugin_search_path(0);
  const { openSync } = fs;
  fs.openSync = (name, ...rest) => {
    if (path.resolve(String(name)) === file) return openSync(name, ...rest);
    strays.push(String(name));
    throw Object.assign(new Error('not the file that was named'), { code: 'EACCES' });
  };
  fs.writeSync = (/** @type {unknown[]} */ ...[, , , length]) => {
    complaints.push(true);
    return Number(length);
  };
  console.error = () => complaints.push(true);
  const { grow } = WebAssembly.Memory.prototype;
  WebAssembly.Memory.prototype.grow = function (/** @type {number} */ pages) {
    if (this.buffer.byteLength + pages * 65_536 > mostBytes) throw new RangeError('over the limit');
    return grow.call(this, pages);
  };
  return { complaints, strays };
}

/** The values of an HDF5 file's datasets, once what they declare is within limits. Runs in the thread of `h5-worker.mjs`. */
import * as h5 from 'h5wasm/node';

/** @import { FoundLayer } from './h5-layouts.mjs' */
/** @import { H5Layer } from './h5-thread.js' */

/** What is wrong with a file: a noun phrase that follows "found". */
export class Fault extends Error {}

/** A compressed file may unfold to so many times its own length: the weights of real models to 2 or 3 times. */
const highestRatio = 200;
const mebibyte = 2 ** 20;

/**
 * The layers with their values as float32. All datasets are checked before the first value is read.
 * @param {FoundLayer[]} layers
 * @param {{ size: number, mostBytes: number }} options `size`: length of the file
 * @returns {H5Layer[]}
 */
export function readValues(layers, { size, mostBytes }) {
  const unfolded = Math.max(mebibyte, size * highestRatio);
  let bytes = 0;
  for (const { dataset } of layers.flatMap((layer) => layer.weights)) {
    checkKind(dataset);
    const declared = declaredBytes(dataset);
    bytes += declared;
    const most = checkFilters(dataset) ? unfolded : size;
    if (!(declared <= most && bytes <= Math.max(unfolded, size)))
      throw new Fault(`${size} bytes that declare ${declared} bytes of values at ${dataset.path}`);
    if (bytes > mostBytes) throw new Fault(`more than ${mostBytes / mebibyte} MiB of values`);
  }
  return layers.map(({ name, weights }) => ({
    name,
    weights: weights.map(({ name, dataset }) => ({
      name,
      shape: dataset.metadata.shape ?? [],
      data: floatsOf(dataset),
    })),
  }));
}

/** @param {h5.Dataset} dataset */
function checkKind({ path, metadata }) {
  const { H5T_FLOAT, H5T_INTEGER } = h5.Module.H5T_class_t;
  if (metadata.virtual_sources) {
    const [source] = metadata.virtual_sources;
    throw new Fault(`a virtual dataset of ${source?.file_name ?? 'other files'}, at ${path}`);
  }
  const isFloat = metadata.type === H5T_FLOAT.value && [4, 8].includes(metadata.size);
  const isInteger = metadata.type === H5T_INTEGER.value && [1, 2, 4, 8].includes(metadata.size);
  if (metadata.type === H5T_FLOAT.value && metadata.size === 2) throw new Fault(`float16 numbers at ${path}`);
  if (!metadata.shape || !(isFloat || isInteger)) throw new Fault(`no numbers of 4 or 8 bytes at ${path}`);
}

/**
 * A chunk may be larger than the dataset, and is unfolded whole.
 * @param {h5.Dataset} dataset
 */
function declaredBytes({ metadata: { chunks, size, total_size } }) {
  const chunk = chunks ? chunks.reduce((product, length) => product * length, size) : 0;
  return Math.max(size * total_size, chunk);
}

/**
 * Refuses all filters but those that h5py and Keras write, each once: two of them unfold each other's output.
 * @param {h5.Dataset} dataset
 * @returns {boolean} whether there are any
 */
function checkFilters({ filters, path }) {
  const { H5Z_FILTER_DEFLATE, H5Z_FILTER_FLETCHER32, H5Z_FILTER_SHUFFLE } = h5.Module;
  const unused = new Set([H5Z_FILTER_DEFLATE, H5Z_FILTER_FLETCHER32, H5Z_FILTER_SHUFFLE]);
  for (const { id, name } of filters)
    if (!unused.delete(/** @type {1} */ (id))) throw new Fault(`the filter ${name || id} at ${path}`);
  return filters.length > 0;
}

/** @param {h5.Dataset} dataset */
function floatsOf(dataset) {
  const { value } = dataset;
  // Float32 comes as an array of its own: copying 59 MB once more takes memory and a quarter of a second.
  if (value instanceof Float32Array) return value;
  // Integers of 8 bytes come as `bigint`.
  return typeof value === 'number' || typeof value === 'bigint'
    ? Float32Array.of(Number(value))
    : Float32Array.from(/** @type {any} */ (value), Number);
}

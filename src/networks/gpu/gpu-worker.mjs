/**
 * The thread that computes on the graphics card: TensorFlow.js on WebGPU, which the package `webgpu` (Dawn) gives Node. What Dawn needs in
 * the global scope is set in this thread alone, and ends with it.
 */
import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import { layersNetwork } from './gpu-layers.mjs';
import { preparedPixels } from './gpu-pixels.mjs';

/** @import * as TensorFlow from '@tensorflow/tfjs' */
/** @import { Adapter, GpuAnswer, GpuArray, GpuMessage, GpuModel, GpuTask } from './gpu-thread.js' */
/** @import * as WebGPU from '@tensorflow/tfjs-backend-webgpu' */
/** @typedef {{ run(x: TensorFlow.Tensor): TensorFlow.Tensor, dispose(): void }} Network */

const require = createRequire(import.meta.url);
const say = (/** @type {GpuMessage} */ message, /** @type {ArrayBuffer[]} */ transfer = []) =>
  parentPort?.postMessage(message, transfer);

/** @type {Map<number, Network>} */
const networks = new Map();
/** @typedef {{ tf: typeof TensorFlow, webgpu: typeof WebGPU, device: GPUDevice }} Gpu */
/** @type {Promise<Gpu> | undefined} */
let loading;

/** @type {Set<Promise<void>>} */
const underWay = new Set();
// Tasks begin in their order. Those that read their result back let the next one begin meanwhile.
let before = Promise.resolve();

const adapter = await findAdapter();
say({ adapter });
done();
if (adapter)
  parentPort?.on('message', (question) => {
    const work = answer(question);
    underWay.add(work);
    work.then(() => underWay.delete(work));
  });

/** @param {{ id: number, task: GpuTask }} question */
async function answer({ id, task }) {
  const begun = before.then(() => begin(task));
  before = begun.then(
    () => {},
    () => {},
  );
  try {
    const given = await (await begun).answer;
    say({ id, answer: given }, given.values ? [/** @type {ArrayBuffer} */ (given.values.buffer)] : []);
  } catch (error) {
    say({ id, fault: /** @type {Error} */ (error).message });
  } finally {
    done();
  }
}

/** A process that ends waits until nothing is under way here. */
function done() {
  Atomics.sub(workerData.underWay, 0, 1);
  Atomics.notify(workerData.underWay, 0);
}

/** @returns {Promise<Adapter | undefined>} */
async function findAdapter() {
  const { create, globals } = await import('webgpu');
  Object.assign(globalThis, globals);
  const gpu = create([]);
  Object.defineProperty(globalThis, 'navigator', { value: { gpu, userAgent: 'node' }, configurable: true });
  const found = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!found) return undefined;
  const { vendor, architecture, device, description, isFallbackAdapter } = found.info;
  const words = `${architecture} ${device} ${description}`;
  const isSoftware =
    isFallbackAdapter || /swiftshader|llvmpipe|lavapipe|softpipe|basic render|\bwarp\b/i.test(words);
  const maxBytes = found.limits.maxStorageBufferBindingSize;
  return { vendor, architecture, device, description, isSoftware, maxBytes };
}

/** TensorFlow.js on the card. It is loaded for the first task: a process may only want to know which card there is. */
function ready() {
  loading ??= load();
  return loading;
}

/** @returns {Promise<Gpu>} */
async function load() {
  /** @type {typeof TensorFlow} */
  const tf = require('@tensorflow/tfjs');
  const webgpu = require('@tensorflow/tfjs-backend-webgpu');
  // Small tensors would be computed on the processor.
  tf.env().set('WEBGPU_CPU_FORWARD', false);
  await tf.setBackend('webgpu');
  const { device } = /** @type {{ device: GPUDevice }} */ (/** @type {unknown} */ (tf.backend()));
  device.lost.then(async ({ message, reason }) => {
    say({ lost: message || `the device was lost (${reason})` });
    // Where a thread ends while Dawn owes it an answer, Dawn ends the whole process.
    await Promise.all(underWay);
    process.exit();
  });
  return { tf, webgpu, device };
}

/**
 * Begins a task; `answer` is there when the card has done it.
 * @param {GpuTask} task
 * @returns {Promise<{ answer: GpuAnswer | Promise<GpuAnswer> }>}
 */
async function begin(task) {
  const gpu = await ready();
  const { tf, device } = gpu;
  switch (task.do) {
    case 'load':
      networks.set(task.network, await networkOf(tf, task.model));
      return { answer: {} };
    case 'free':
      networks.get(task.network)?.dispose();
      networks.delete(task.network);
      return { answer: {} };
    case 'largest':
      return { answer: { bytes: await largest(tf, task) } };
    case 'run':
      return { answer: run(gpu, task) };
    case 'memory':
      return { answer: { tensors: tf.memory().numTensors, bytes: tf.memory().numBytes } };
    case 'close':
      device.destroy();
      return { answer: {} };
  }
}

/**
 * @param {typeof TensorFlow} tf
 * @param {GpuModel} model
 * @returns {Promise<Network>}
 */
async function networkOf(tf, model) {
  if ('layers' in model) return layersNetwork(tf, model);
  const loaded = await tf.loadLayersModel(tf.io.fromMemory(model.artifacts));
  return {
    run: (x) => /** @type {TensorFlow.Tensor} */ (loaded.predictOnBatch(x)),
    dispose: () => loaded.dispose(),
  };
}

/**
 * The bytes of the largest tensor that a network makes of zeros of a shape.
 * @param {typeof TensorFlow} tf
 * @param {{ network: number, shape: readonly number[] }} task
 */
async function largest(tf, { network, shape }) {
  const { kernels } = await tf.profile(() =>
    tf.tidy(() => {
      networkNamed(network).run(tf.zeros([...shape]));
    }),
  );
  return Math.max(...kernels.map(({ bytesAdded }) => bytesAdded));
}

/**
 * Begins to compute a batch. What goes wrong on the card gives zeros and no error, unless one asks.
 * @param {Gpu} gpu
 * @param {Extract<GpuTask, { do: 'run' }>} task
 * @returns {Promise<GpuAnswer>}
 */
async function run(gpu, { network, shape, pixels }) {
  const { tf, device } = gpu;
  const kinds = /** @type {const} */ (['out-of-memory', 'validation', 'internal']);
  for (const kind of kinds) device.pushErrorScope(kind);
  /** @type {TensorFlow.Tensor | undefined} */
  let y;
  /** @type {Promise<Float32Array> | undefined} */
  let reading;
  try {
    y = tf.tidy(() => networkNamed(network).run(preparedPixels(gpu, { shape, pixels })));
    reading = /** @type {Promise<Float32Array>} */ (y.data());
  } finally {
    const faults = kinds.map(() => device.popErrorScope());
    // A rejection that nobody waits for would end the thread.
    reading?.catch(() => {});
    const fault = (await Promise.all(faults)).find((error) => error !== null);
    if (fault) {
      y?.dispose();
      // biome-ignore lint/correctness/noUnsafeFinally: whatever else went wrong, this is why.
      throw new Error(fault.message.split('\n')[0]);
    }
  }
  const values = await reading;
  y.dispose();
  return { shape: y.shape, values };
}

/** @param {number} network */
function networkNamed(network) {
  const found = networks.get(network);
  if (!found) throw new Error('the network was freed');
  return found;
}

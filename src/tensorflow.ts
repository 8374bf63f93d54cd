/** The one place that loads TensorFlow: the native binding, or WebAssembly where it can't be loaded. */
import path from 'node:path';
import util from 'node:util';
import type * as TensorFlow from '@tensorflow/tfjs-node';
import { problem } from './check';

/** Which TensorFlow runs: `'tensorflow'` (native C library) or `'wasm'`. */
export type Backend = 'tensorflow' | 'wasm';

/** What the environment asks for: `'webgpu'` is for networks; everything else is then computed as with `'auto'`. */
export type WantedBackend = Backend | 'auto' | 'webgpu';

/** What the environment variable `LITTLE_DATA_BACKEND` asks for. */
export const wantedBackend = checkWanted(process.env.LITTLE_DATA_BACKEND || 'auto');
const loaded = load();

showNumbers(loaded.tf);

/** TensorFlow.js, the same module object as `@tensorflow/tfjs-node` gives a notebook. */
export const tf = loaded.tf;

/** The backend that was loaded. */
export const backend: Backend = loaded.backend;

/**
 * The values of a tensor that `make` computes; it and all others that are made on the way are disposed. (`tf.tidy` would look for tensors in
 * each of the values, were they returned from it.)
 */
export function valuesOf(make: () => TensorFlow.Tensor): Float32Array {
  const made = tf.tidy(make);
  try {
    return made.dataSync() as Float32Array;
  } finally {
    made.dispose();
  }
}

/** Resolves once tensors can be computed with; the WebAssembly module is compiled in the meantime. */
export async function tensorflowReady(): Promise<void> {
  if (backend === 'wasm') await tf.setBackend('wasm');
  await tf.ready();
}

function load(): { tf: typeof TensorFlow; backend: Backend } {
  if (wantedBackend !== 'wasm') {
    // tfjs-node 4.22 calls it; Node 23 took it away. Programs come here without the kernel's preload.
    const utilities = util as { isNullOrUndefined?: (value: unknown) => boolean };
    utilities.isNullOrUndefined ??= (value) => value === null || value === undefined;
    try {
      return { tf: require('@tensorflow/tfjs-node') as typeof TensorFlow, backend: 'tensorflow' };
    } catch (error) {
      if (wantedBackend === 'tensorflow') throw error;
      notice('its native library could not be loaded. `npm run doctor` tells why.');
    }
  } else notice('LITTLE_DATA_BACKEND=wasm asks for it.');
  const plain = require('@tensorflow/tfjs') as typeof TensorFlow;
  const wasm = require('@tensorflow/tfjs-backend-wasm') as typeof import('@tensorflow/tfjs-backend-wasm');
  wasm.setWasmPaths(`${path.dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json'))}/dist/`);
  return { tf: plain, backend: 'wasm' };
}

function checkWanted(wanted: string): WantedBackend {
  const known: readonly WantedBackend[] = ['auto', 'tensorflow', 'wasm', 'webgpu'];
  const found = known.find((name) => name === wanted);
  if (found) return found;
  throw problem({
    where: 'the environment variable LITTLE_DATA_BACKEND',
    expected: "'tensorflow', 'wasm', 'webgpu', or nothing",
    found: JSON.stringify(wanted),
    next: 'Correct or unset it and start again.',
  });
}

/** One line, to explain the speed. Node runs it on one thread (tensorflow/tfjs issue 3830). */
function notice(reason: string): void {
  process.stdout.write(`TensorFlow runs as WebAssembly, about seven times slower: ${reason}\n`);
}

/** `console.log` of a tensor, and a cell that ends in one, show its type, shape and numbers, not its inner state. */
function showNumbers({ Tensor }: typeof TensorFlow): void {
  Object.defineProperty(Tensor.prototype, util.inspect.custom, {
    value(this: TensorFlow.Tensor) {
      return this.isDisposed ? 'Tensor (disposed)' : this.toString(true);
    },
    configurable: true,
  });
}

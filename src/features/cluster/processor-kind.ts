/** What decides how features are rounded: the library that computes, and what the processor can do. */
import fs from 'node:fs';
import { findGpu, nameOfAdapter } from '../../networks/gpu/find-gpu';
import { backend, tf } from '../../tensorflow';

/** The instructions by which TensorFlow's kernels are chosen. */
const counted = /^(avx|avx2|fma|avx512\w*|avx_vnni|amx_\w+|asimd|asimddp|bf16|sve\w*|i8mm)$/;

/**
 * The kind of processor that this process computes on, in words: features of two processes of one kind have the same bytes. Known only
 * once TensorFlow is ready.
 */
export function processorKind(): string {
  const { binding } = tf.backend() as { binding?: { TF_Version?: string } };
  if (backend === 'wasm') return `WebAssembly, TensorFlow.js ${tf.version_core}`;
  if (!binding) return `${backend}, TensorFlow.js ${tf.version_core}`;
  return [`TensorFlow ${binding.TF_Version}`, process.arch, ...instructions()].join(' ');
}

/** The graphics card of this process, in words. */
export async function graphicsKind(): Promise<string> {
  const found = await findGpu();
  if ('none' in found) throw new Error(`This worker lost its graphics card: ${found.none}.`);
  return `WebGPU, ${nameOfAdapter(found.thread.adapter)}, TensorFlow.js ${tf.version_core}`;
}

function instructions(): string[] {
  if (process.platform !== 'linux') return [];
  const info = fs.readFileSync('/proc/cpuinfo', 'utf8');
  const words = /^(?:flags|Features)\s*:(.*)$/m.exec(info)?.[1]?.trim().split(/\s+/) ?? [];
  return words.filter((word) => counted.test(word)).sort();
}

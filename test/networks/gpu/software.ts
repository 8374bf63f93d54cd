/** WebGPU without a graphics card: SwiftShader, which Chromium's package brings, computes on the processor. */
import fs from 'node:fs';
import type { TestContext } from 'node:test';
import type { LayersModel } from '@tensorflow/tfjs-node';
import { GpuThread } from '../../../src/networks/gpu/gpu-thread';
import type { PixelPreparation } from '../../../src/networks/gpu/pixel-table';
import { tf } from '../../../src/tensorflow';
import { needs } from '../../fixtures/skip';

const driver = '/usr/lib/chromium/vk_swiftshader_icd.json';

/** The variables with which a process finds SwiftShader and nothing else, and takes it for a card. */
export const software = { VK_DRIVER_FILES: driver, LITTLE_DATA_GPU_SOFTWARE: '1' };

/** What the tests that need the driver say where it is missing. */
const missing = `needs SwiftShader (${driver}, of Debian's chromium) and a Vulkan loader (libvulkan1)`;

/** Whether the driver is there; skips the test where it is not. */
export function needsDriver(context: TestContext): boolean {
  // Vulkan's loader reads the variable when the first thread starts.
  process.env.VK_DRIVER_FILES = driver;
  return needs(context, fs.existsSync(driver), missing);
}

/** A thread on SwiftShader; undefined where the test is skipped. It is closed after the test. */
export async function softwareThread(context: TestContext): Promise<GpuThread | undefined> {
  if (!needsDriver(context)) return undefined;
  const thread = await GpuThread.start();
  if (!needs(context, thread, missing)) return undefined;
  context.after(() => thread!.close());
  return thread;
}

/** Pixels of `side` x `side` as they are. */
export function plain(side: number): PixelPreparation {
  return { targetSize: [side, side], rescale: 1 };
}

/** A photo of noise; another seed, another photo. */
export function noise(side: number, seed = 1): Uint8Array {
  return Uint8Array.from({ length: side * side * 3 }, (_, i) => (i * 37 * seed + (i >> 3) + seed) % 256);
}

/** Layers as VGG16 and EfficientNet-Lite have them: every kind that the thread computes itself. */
export function smallNetwork(): LayersModel {
  const { conv2d, depthwiseConv2d, activation, maxPooling2d, add, globalAveragePooling2d } = tf.layers;
  const kernel = (seed: number) => ({
    kernelInitializer: tf.initializers.randomUniform({ minval: -0.3, maxval: 0.3, seed }),
    biasInitializer: tf.initializers.randomUniform({ minval: -0.1, maxval: 0.1, seed: seed + 1 }),
  });
  const { kernelInitializer: depthwiseInitializer } = kernel(7);
  type Symbolic = ReturnType<typeof tf.input>;
  const input = tf.input({ shape: [null, null, 3] });
  let x = conv2d({ filters: 8, kernelSize: 3, padding: 'same', activation: 'relu', ...kernel(1) }).apply(
    input,
  ) as Symbolic;
  x = maxPooling2d({ poolSize: 2 }).apply(x) as Symbolic;
  const before = conv2d({ filters: 8, kernelSize: 1, useBias: false, ...kernel(3) }).apply(x) as Symbolic;
  x = activation({ activation: 'relu6' }).apply(before) as Symbolic;
  x = depthwiseConv2d({ kernelSize: 3, padding: 'same', depthwiseInitializer }).apply(x) as Symbolic;
  x = activation({ activation: 'relu6' }).apply(x) as Symbolic;
  x = add().apply([x, before]) as Symbolic;
  x = conv2d({ filters: 6, kernelSize: 3, strides: 2, padding: 'same', ...kernel(5) }).apply(x) as Symbolic;
  x = conv2d({ filters: 5, kernelSize: 3, dilationRate: 2, activation: 'relu', ...kernel(9) }).apply(
    x,
  ) as Symbolic;
  x = globalAveragePooling2d({}).apply(x) as Symbolic;
  return tf.model({ inputs: input, outputs: x });
}

/** The largest difference of two lists, in proportion to the largest value of the second. */
export function differenceOf(found: Float32Array, wanted: Float32Array): number {
  const largest = (values: Float32Array) =>
    values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return largest(found.map((value, i) => value - wanted[i]!)) / largest(wanted);
}

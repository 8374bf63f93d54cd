/** Small things to compute features with: a folder of generated pictures, a network of a few weights, a data folder. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import { ImageDataGenerator } from '../../src/datasets/batches/image-data-generator';
import { tf } from '../../src/tensorflow';
import { pngOf } from '../fixtures/pictures';

/** A temporary folder, with `data/` in it as the project's; `remove` removes it and puts the variable back. */
export function temporary(): { dir: string; remove: () => void } {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'features-'));
  const kept = process.env.LITTLE_DATA_DIR;
  process.env.LITTLE_DATA_DIR = path.join(dir, 'data');
  return {
    dir,
    remove: () => {
      if (kept === undefined) delete process.env.LITTLE_DATA_DIR;
      else process.env.LITTLE_DATA_DIR = kept;
      fs.rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** A picture of one colour; another `n`, another colour. */
export function picture(n: number): Buffer {
  return pngOf({ height: 6, width: 8 }, colour(n));
}

/** The colour of `picture(n)`: RGB, 0..255. */
export function colour(n: number): [number, number, number] {
  return [n % 256, (n * 7) % 256, (n * 31) % 256];
}

/** Writes as many pictures for each class; returns the folder. */
export function photoFolder(dir: string, { cats = 0, dogs = 0 }: { cats?: number; dogs?: number }): string {
  for (const [name, count, first] of [
    ['cats', cats, 0],
    ['dogs', dogs, 1000],
  ] as const) {
    fs.mkdirSync(path.join(dir, name), { recursive: true });
    for (let i = 0; i < count; i++)
      fs.writeFileSync(path.join(dir, name, `${name}.${String(i).padStart(3, '0')}.png`), picture(first + i));
  }
  return dir;
}

/** The photos of a folder at 4 x 4, in batches of 4. */
export function flow(
  dir: string,
  {
    batchSize = 4,
    targetSize = [4, 4],
    ...options
  }: ConstructorParameters<typeof ImageDataGenerator>[0] & {
    batchSize?: number;
    targetSize?: [number, number];
  } = {},
) {
  return new ImageDataGenerator(options).flowFromDirectory(dir, {
    targetSize,
    batchSize,
    classMode: null,
    shuffle: false,
    verbose: 0,
  });
}

/** A convolution of known weights, `[n, 4, 4, 3]` to `[n, 2, 2, filters]`, that counts the photos it is given. */
export function tinyNetwork({ filters = 5, weight = 0.01 } = {}): {
  model: LayersModel;
  /** How many photos each call had. */
  batches: number[];
  /** Called after each batch. */
  after: { batch: () => void };
} {
  const input = tf.input({ shape: [null, null, 3] });
  const layer = tf.layers.conv2d({ filters, kernelSize: 2, strides: 2, name: `conv-${Math.random()}` });
  // Not a chain of convolutions alone, so that batches go through the model itself.
  const linear = tf.layers.activation({ activation: 'linear' });
  const model = tf.model({ inputs: input, outputs: linear.apply(layer.apply(input)) as never });
  const values = Array.from({ length: 12 * filters }, (_, i) => weight * ((i % 7) - 3));
  tf.tidy(() => model.setWeights([tf.tensor(values, [2, 2, 3, filters]), tf.zeros([filters])]));
  const batches: number[] = [];
  const after = { batch: () => {} };
  const predictOnBatch = model.predictOnBatch.bind(model);
  model.predictOnBatch = (x) => {
    batches.push(photosIn(x as Tensor));
    const output = predictOnBatch(x);
    after.batch();
    return output;
  };
  return { model, batches, after };
}

/** How many photos a batch has: one that is alone comes beside a copy of itself. */
function photosIn(x: Tensor): number {
  const [count] = x.shape;
  const values = x.dataSync();
  const [first, second] = [values.subarray(0, values.length / 2), values.subarray(values.length / 2)];
  return count === 2 && first.every((value, i) => value === second[i]) ? 1 : count!;
}

/** What `console.log` is given while `work` runs. */
export async function printed(work: () => unknown): Promise<string[]> {
  const lines: string[] = [];
  const { log } = console;
  console.log = (...parts: unknown[]) => lines.push(parts.join(' '));
  try {
    await work();
  } finally {
    console.log = log;
  }
  return lines;
}

/** Small data for tests of heads: features that can be learned, with or without provenance. */
import fs from 'node:fs';
import path from 'node:path';
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import { ImageDataGenerator } from '../../src/datasets/batches/image-data-generator';
import { type Provenance, setProvenance } from '../../src/features/provenance';
import { seededRandom } from '../../src/random';
import { tf } from '../../src/tensorflow';
import { pngOf } from '../fixtures/pictures';

/** Features `[rows, 2, 2, 4]` sorted by class, whose channels lean towards their class, and their labels. */
export function learnable({
  rows = 24,
  classes = 2,
  seed = 1,
}: {
  rows?: number;
  classes?: number;
  seed?: number;
} = {}): { features: Tensor; labels: number[] } {
  const random = seededRandom(seed);
  const labels = Array.from({ length: rows }, (_, i) => Math.floor((i * classes) / rows));
  const values = labels.flatMap((label) =>
    Array.from({ length: 16 }, (_, i) => random() + (i % 4 === label % 4 ? 1 : 0)),
  );
  return { features: tf.tensor(values, [rows, 2, 2, 4]), labels };
}

/** Sets the provenance of rows: they came from photos in class folders of these names. */
export function fromFolders(
  features: Tensor,
  labels: readonly number[],
  { classNames = ['cats', 'dogs'], recipe = {} }: { classNames?: string[]; recipe?: object } = {},
): Provenance {
  const provenance = {
    recipe: {
      model: 'a'.repeat(64),
      targetSize: [64, 64],
      preprocessing: { rescale: 1, function: null },
      resampling: 'nearest',
      exifOrientation: 'apply',
      precision: 'float32',
      ...recipe,
    },
    classIndices: Object.fromEntries(classNames.map((name, label) => [name, label])),
    filenames: labels.map((label, row) => `${classNames[label]}/${row}.jpg`),
    labels: [...labels],
  } as Provenance;
  setProvenance(features, provenance);
  return provenance;
}

/** A small convolutional base for photos of any size: `[n, h, w, 3]` to `[n, h/8, w/8, 4]`. */
export function smallBase({ seed = 1 }: { seed?: number } = {}): LayersModel {
  const kernelInitializer = tf.initializers.glorotUniform({ seed });
  return tf.sequential({
    layers: [
      tf.layers.conv2d({
        inputShape: [null, null, 3] as unknown as number[],
        filters: 4,
        kernelSize: 3,
        padding: 'same',
        activation: 'relu',
        kernelInitializer,
      }),
      tf.layers.maxPooling2d({ poolSize: 8, strides: 8 }),
    ],
  });
}

/** Writes class folders of `perClass` noisy pictures of one colour a class; returns the folder. */
export function coloured(dir: string, { classNames = ['blue', 'red'], perClass = 6 } = {}): string {
  const random = seededRandom(7);
  for (const [label, name] of classNames.entries()) {
    fs.mkdirSync(path.join(dir, name), { recursive: true });
    for (let n = 0; n < perClass; n++) {
      const [height, width] = [20 + n, 24];
      const data = Uint8Array.from({ length: height * width * 3 }, (_, i) =>
        Math.floor(random() * 120 + (i % 3 === label % 3 ? 120 : 0)),
      );
      fs.writeFileSync(path.join(dir, name, `${n}.png`), pngOf({ height, width, data }));
    }
  }
  return dir;
}

/** The photos of class folders at 16 x 16, in the order of their names. */
export function flow(dir: string) {
  return new ImageDataGenerator({ rescale: 1 / 255 }).flowFromDirectory(dir, {
    targetSize: [16, 16],
    batchSize: 4,
    classMode: null,
    shuffle: false,
    verbose: 0,
  });
}

/** Numbers a test compares with a tolerance. */
export function near(found: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  if (found.length !== expected.length)
    throw new Error(`${found.length} numbers instead of ${expected.length}`);
  for (let i = 0; i < found.length; i++)
    if (!(Math.abs(found[i]! - expected[i]!) <= tolerance))
      throw new Error(`number ${i}: ${found[i]} instead of ${expected[i]}`);
}

/** Runs `work` and returns what it throws. */
export async function thrown(work: () => unknown): Promise<Error> {
  try {
    await work();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}

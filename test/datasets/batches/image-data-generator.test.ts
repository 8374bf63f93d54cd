import assert from 'node:assert/strict';
import fs from 'node:fs';
import { after, before, test } from 'node:test';
import type { Tensor4D } from '@tensorflow/tfjs-node';
import { ImageDataGenerator } from '../../../src/datasets/batches/image-data-generator';
import { tensorflowReady, tf } from '../../../src/tensorflow';
import { putPhotos, temporaryFolder } from '../folders';

let dir: string;
before(async () => {
  dir = temporaryFolder('generator');
  putPhotos(dir, ['cats/1.png', 'cats/2.png'], 254);
  await tensorflowReady();
});
after(() => fs.rmSync(dir, { recursive: true, force: true }));

const flow = { targetSize: [2, 2] as const, classMode: null, shuffle: false, verbose: 0 };

async function pixelsOf(generator: ImageDataGenerator): Promise<number[]> {
  const values: number[] = [];
  for await (const { x, y } of generator.flowFromDirectory(dir, flow)) {
    assert.equal(y, null);
    values.push(...(await x.data()));
    x.dispose();
  }
  return values;
}

test('ImageDataGenerator has Keras’ defaults, and honours EXIF orientation', () => {
  const { rescale, preprocessingFunction, exifOrientation } = new ImageDataGenerator();
  assert.deepEqual([rescale, preprocessingFunction, exifOrientation], [1, undefined, 'apply']);
});

test('ImageDataGenerator rescales first, then applies the preprocessing function', async () => {
  assert.deepEqual([...new Set(await pixelsOf(new ImageDataGenerator()))].sort(), [0, 254, 255]);
  const generator = new ImageDataGenerator({
    rescale: 1 / 2,
    preprocessingFunction: (pixels) => tf.tidy(() => pixels.add(1) as Tensor4D),
  });
  const before = tf.memory().numTensors;
  assert.deepEqual((await pixelsOf(generator)).slice(0, 3), [128, 1, 1]);
  assert.equal(tf.memory().numTensors, before);
});

test('ImageDataGenerator refuses options that it does not know', () => {
  assert.throws(() => new ImageDataGenerator({ zoomRange: 1 } as never), /`zoomRange`/);
  assert.throws(() => new ImageDataGenerator({ rescale: Number.NaN }), /`rescale`/);
  assert.throws(() => new ImageDataGenerator({ exifOrientation: 'upright' as never }), /`exifOrientation`/);
});

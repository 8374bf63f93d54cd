import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Tensor4D } from '@tensorflow/tfjs-node';
import { preparePixels } from '../../../src/datasets/batches/prepare-pixels';
import { tensorflowReady, tf } from '../../../src/tensorflow';

before(tensorflowReady);

const photos = [Uint8Array.from([0, 1, 2, 253, 254, 255]), Uint8Array.from([9, 8, 7, 6, 5, 4])];

test('preparePixels() gives float32 [n, height, width, 3], times rescale', async () => {
  const x = preparePixels(photos, { targetSize: [1, 2], rescale: 1 / 255 });
  assert.deepEqual([x.shape, x.dtype], [[2, 1, 2, 3], 'float32']);
  // Keras multiplies in float32: the nearest float32 of value * float32(1 / 255).
  const expected = [...photos[0]!, ...photos[1]!].map((value) => Math.fround(value * Math.fround(1 / 255)));
  assert.deepEqual([...(await x.data())], expected);
  x.dispose();
});

test('preparePixels() applies the preprocessing function last and leaves one tensor', async () => {
  const before = tf.memory().numTensors;
  const preprocessingFunction = (pixels: Tensor4D) => pixels.reverse(-1).sub(1) as Tensor4D;
  const x = preparePixels(photos, { targetSize: [2, 1], rescale: 2, preprocessingFunction });
  assert.deepEqual([...(await x.data())], [3, 1, -1, 509, 507, 505, 13, 15, 17, 7, 9, 11]);
  assert.equal(tf.memory().numTensors, before + 1);
  x.dispose();
});

test('preparePixels() has the same values in memory that was used before', async () => {
  const room = new Float32Array(20).fill(7);
  const [used, fresh] = [room, undefined].map((memory) =>
    preparePixels(photos, { targetSize: [1, 2], rescale: 1 }, memory),
  );
  assert.deepEqual(await used!.data(), await fresh!.data());
  assert.equal(used!.shape[0], 2);
  tf.dispose([used!, fresh!]);
});

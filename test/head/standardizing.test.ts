import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import { buildHead } from '../../src/head/build-head';
import { loadHead } from '../../src/head/load-head';
import { saveHead } from '../../src/head/save-head';
import { trainHead } from '../../src/head/training/train-head';
import { tf } from '../../src/tensorflow';

const rows = (shape: [number, ...number[]]) =>
  tf.tidy(() => {
    const x = tf.randomNormal(shape, 3, 1, 'float32', 1).mul(tf.range(1, shape.at(-1)! + 1));
    // A channel that never differs.
    return tf.concat([x, tf.onesLike(x.slice([0], [...shape.slice(0, -1), 1] as never))], -1);
  });

/** What comes out of the layers before the first dense one. */
function standardized(head: LayersModel, x: Tensor): Tensor {
  const last = head.layers.findIndex((layer) => layer.getClassName() === 'Dense');
  return head.layers.slice(0, last).reduce((y, layer) => layer.apply(y) as Tensor, x);
}

for (const { shape, pooling } of [
  { shape: [200, 5], pooling: undefined },
  { shape: [200, 2, 3, 5], pooling: undefined },
  { shape: [200, 2, 3, 5], pooling: 'avg' },
  { shape: [200, 2, 3, 5], pooling: 'max' },
] as const)
  test(`buildHead() with standardize: each channel of [${shape}]${pooling ? `, pooled (${pooling}),` : ''} has mean 0 and deviation 1`, () => {
    const tensors = tf.memory().numTensors;
    const x = rows([...shape]);
    const inputShape = x.shape.slice(1);
    const head = buildHead({ inputShape, seed: 1, units: 3, pooling, standardize: x });
    tf.tidy(() => {
      const y = standardized(head, x).reshape([-1, 6]);
      const { mean, variance } = tf.moments(y, 0);
      for (const [channel, value] of mean.dataSync().entries())
        assert.ok(Math.abs(value) < 1e-4, `mean of ${channel}: ${value}`);
      for (const [channel, value] of variance.dataSync().entries())
        assert.ok(Math.abs(value - (channel < 5 ? 1 : 0)) < 1e-3, `variance of ${channel}: ${value}`);
    });
    head.dispose();
    x.dispose();
    assert.equal(tf.memory().numTensors, tensors);
  });

test('what a head standardises by stays in training, and is saved with it', async () => {
  const x = rows([40, 5]);
  const labels = Array.from({ length: 40 }, (_, i) => i % 2);
  const model = buildHead({ inputShape: [6], seed: 1, units: 0, standardize: x });
  const before = standardized(model, x).dataSync();
  const kernel = model.layers.at(-1)!.getWeights()[0]!.dataSync().slice();
  await trainHead(x, labels, { model, epochs: 3, batchSize: 8, seed: 1, verbose: 0 });
  assert.notDeepEqual(model.layers.at(-1)!.getWeights()[0]!.dataSync(), kernel);
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'head-')), 'head.h5');
  await saveHead(model, file);
  const loaded = await loadHead(file);
  for (const head of [model, loaded]) assert.deepEqual(standardized(head, x).dataSync(), before);
  assert.deepEqual((loaded.predict(x) as Tensor).dataSync(), (model.predict(x) as Tensor).dataSync());
});

test('features of another shape are refused', () => {
  assert.throws(
    () => buildHead({ inputShape: [5], seed: 1, standardize: tf.zeros([3, 6]) }),
    /`standardize`.*\[3, 6\]/,
  );
});

import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import { buildHead } from '../../src/head/build-head';
import { loadHead } from '../../src/head/load-head';
import { saveHead } from '../../src/head/save-head';
import { trainHead } from '../../src/head/training/train-head';
import { tf } from '../../src/tensorflow';

const weightsOf = (head: LayersModel) => head.getWeights().map((weight) => Array.from(weight.dataSync()));

describe('buildHead()', () => {
  test("has the tutorial's 2,097,665 parameters on [4, 4, 512]", () => {
    const head = buildHead({ inputShape: [4, 4, 512], seed: 1 });
    assert.equal(head.countParams(), 2_097_665);
    assert.deepEqual(
      head.layers.map((layer) => [layer.getClassName(), layer.name, layer.countParams()]),
      [
        ['Flatten', 'flatten', 0],
        ['Dense', 'dense', 2_097_408],
        ['Dropout', 'dropout', 0],
        ['Dense', 'dense_1', 257],
      ],
    );
    head.dispose();
  });

  test('ends in one sigmoid unit for two classes, in a softmax for more', () => {
    for (const [classes, units, activation] of [
      [2, 1, 'sigmoid'],
      [3, 3, 'softmax'],
      [1000, 1000, 'softmax'],
    ] as const) {
      const head = buildHead({ inputShape: [8], seed: 1, units: 4, classes });
      assert.deepEqual(head.outputShape, [null, units]);
      assert.equal(head.layers.at(-1)!.getConfig().activation, activation);
      head.dispose();
    }
  });

  test('starts with Glorot uniform kernels and biases of zero, as Keras does', () => {
    const head = buildHead({ inputShape: [4, 4, 8], seed: 1, units: 32 });
    const [kernel, bias, output, outputBias] = weightsOf(head);
    for (const [values, limit] of [
      [kernel!, Math.sqrt(6 / (128 + 32))],
      [output!, Math.sqrt(6 / (32 + 1))],
    ] as const) {
      assert.ok(values.every((value) => Math.abs(value) <= limit));
      // 32 uniform numbers or more miss the outer tenth of the range with a chance below 3%; the seed is fixed.
      assert.ok(Math.max(...values.map(Math.abs)) > 0.9 * limit);
    }
    assert.ok([...bias!, ...outputBias!].every((value) => value === 0));
    head.dispose();
  });

  test('gives the same weights for the same seed, others for another', () => {
    const heads = [1, 1, 2].map((seed) => buildHead({ inputShape: [8], seed, units: 4 }));
    const [first, same, other] = heads.map(weightsOf);
    assert.deepEqual(first, same);
    assert.notDeepEqual(first, other);
    for (const head of heads) head.dispose();
  });

  test('takes rows that are flat already', () => {
    const head = buildHead({ inputShape: [512], seed: 1, units: 4 });
    const output = head.predict(tf.zeros([2, 512])) as Tensor;
    assert.deepEqual(output.shape, [2, 1]);
    head.dispose();
  });

  test('pools features per channel where asked', () => {
    const x = tf.randomNormal([3, 2, 2, 5], 0, 1, 'float32', 1);
    for (const pooling of ['avg', 'max'] as const) {
      const head = buildHead({ inputShape: [2, 2, 5], seed: 1, units: 0, pooling });
      const [pooled, kernel] = [pooling === 'avg' ? x.mean([1, 2]) : x.max([1, 2]), head.getWeights()[0]!];
      assert.deepEqual(kernel.shape, [5, 1]);
      const expected = pooled.dot(kernel).sigmoid().dataSync();
      const found = (head.predict(x) as Tensor).dataSync();
      for (const [row, value] of found.entries()) assert.ok(Math.abs(value - expected[row]!) < 1e-6);
      head.dispose();
    }
    assert.throws(() => buildHead({ inputShape: [8], seed: 1, pooling: 'avg' }), /`pooling`.*\[8\]/s);
    assert.throws(() => buildHead({ inputShape: [2, 2, 5], seed: 1, pooling: 'mean' as 'avg' }), /`pooling`/);
  });

  test('adds the squared weights of its dense layers to the loss, and saves this', async () => {
    const [features, labels] = [tf.randomNormal([4, 8], 0, 1, 'float32', 1), [0, 1, 0, 1]];
    const model = buildHead({ inputShape: [8], seed: 1, units: 4, dropout: 0, l2: 0.25 });
    const squares = weightsOf(model)
      .filter((_, i) => i % 2 === 0)
      .flat()
      .reduce((sum, weight) => sum + weight * weight, 0);
    const options = { epochs: 1, batchSize: 4, learningRate: 1e-12, seed: 1, verbose: 0 };
    const loss = async (head: LayersModel) => {
      const { history } = await trainHead(features, labels, { model: head, ...options });
      return history.history.loss![0]!;
    };
    const plain = buildHead({ inputShape: [8], seed: 1, units: 4, dropout: 0 });
    const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'head-')), 'head.h5');
    await saveHead(model, file);
    const loaded = await loadHead(file);
    const without = await loss(plain);
    for (const head of [model, loaded])
      assert.ok(Math.abs((await loss(head)) - without - 0.25 * squares) < 1e-4 * squares);
    assert.throws(() => buildHead({ inputShape: [8], seed: 1, l2: -1 }), /`l2`/);
    for (const head of [model, plain, loaded]) head.dispose();
    features.dispose();
  });

  test('says what is wrong with its options', () => {
    const build = (options: object) => () => buildHead({ inputShape: [8], seed: 1, ...options });
    assert.throws(build({ inputShape: [0] }), /`inputShape`: expected a feature row's shape/);
    assert.throws(build({ inputShape: 8 }), /`inputShape`/);
    assert.throws(build({ classes: 1 }), /`classes`: expected an integer of 2 or more, found 1/);
    assert.throws(build({ dropout: 1 }), /`dropout`/);
    assert.throws(build({ seed: undefined }), /`seed`/);
    assert.throws(build({ unit: 3 }), /options among .* found `unit`/);
  });

  test('leaves no tensor once the head is disposed', () => {
    const before = tf.memory().numTensors;
    buildHead({ inputShape: [8], seed: 1, units: 4 }).dispose();
    assert.equal(tf.memory().numTensors, before);
  });
});

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import { buildHead } from '../../src/head/build-head';
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

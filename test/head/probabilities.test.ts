import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { Tensor } from '@tensorflow/tfjs-node';
import { buildHead } from '../../src/head/build-head';
import { headMetadata, setHeadMetadata } from '../../src/head/head-metadata';
import { logitsOf, probabilitiesOf } from '../../src/head/probabilities';
import { tensorflowReady, tf } from '../../src/tensorflow';
import { learnable, near } from './data';

before(tensorflowReady);
const { features } = learnable({ rows: 8 });

describe('logitsOf()', () => {
  for (const classes of [2, 3])
    test(`gives what the last activation is given, ${classes} classes`, () => {
      const head = buildHead({ inputShape: [2, 2, 4], classes, units: 5, seed: 1 });
      const { numTensors } = tf.memory();
      const logits = logitsOf(head, features);
      const again = tf.tidy(() => (classes === 2 ? logits.sigmoid() : logits.softmax()).dataSync());
      near(again, (head.predict(features) as Tensor).dataSync(), 1e-6);
      logits.dispose();
      // The prediction above.
      assert.equal(tf.memory().numTensors, numTensors + 1);
      head.dispose();
    });

  test('knows them of an activation that is a layer of its own, and where a probability is 1', () => {
    const dense = tf.layers.dense({ units: 2, inputShape: [1], useBias: false });
    const head = tf.sequential({ layers: [dense, tf.layers.softmax()] });
    head.setWeights([tf.tensor2d([[500, -500]])]);
    const x = tf.tensor2d([[1], [-2]]);
    assert.deepEqual([...logitsOf(head, x).dataSync()], [500, -500, -1000, 1000]);
  });

  test('refuses a head that ends in something else', () => {
    const head = tf.sequential({ layers: [tf.layers.flatten({ inputShape: [2, 1] })] });
    assert.throws(() => logitsOf(head, tf.zeros([1, 2, 1])), /the head: expected a last layer that is Dense/);
  });
});

describe('probabilitiesOf()', () => {
  test('is the output of a head that was not calibrated, bit for bit', () => {
    const head = buildHead({ inputShape: [2, 2, 4], units: 5, seed: 1 });
    const [a, b] = [probabilitiesOf(head, features), head.predict(features) as Tensor];
    assert.deepEqual(a.dataSync(), b.dataSync());
  });

  for (const classes of [2, 3])
    test(`divides the logits by the temperature, ${classes} classes`, () => {
      const head = buildHead({ inputShape: [2, 2, 4], classes, units: 5, seed: 1 });
      const logits = logitsOf(head, features).div(2.5);
      setHeadMetadata(head, { ...headMetadata(head), calibration: { temperature: 2.5, threshold: 0 } });
      const expected = classes === 2 ? logits.sigmoid() : logits.softmax();
      near(probabilitiesOf(head, features).dataSync(), expected.dataSync(), 1e-6);
    });
});

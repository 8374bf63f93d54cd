import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { buildHead } from '../../src/head/build-head';
import { evaluateHead, evaluatePredictions } from '../../src/head/evaluate-head';
import { setHeadMetadata } from '../../src/head/head-metadata';
import { tf } from '../../src/tensorflow';
import { fromFolders, learnable } from './data';

const close = (found: number, expected: number) =>
  // float32 probabilities, summed in double: 1e-6 is what their rounding can make of a loss of about 1.
  assert.ok(Math.abs(found - expected) < 1e-6, `${found} instead of ${expected}`);

describe('evaluatePredictions()', () => {
  test("gives Keras' binary cross-entropy and accuracy", () => {
    // keras.losses.binary_crossentropy of 0, 1, 1, 0 and these probabilities: mean(-log(0.9), -log(0.8), -log(0.3), -log(0.5))
    const score = evaluatePredictions(tf.tensor2d([[0.1], [0.8], [0.3], [0.5]]), Int32Array.of(0, 1, 1, 0));
    close(score.loss, (0.1053605157 + 0.2231435513 + 1.2039728043 + Math.LN2) / 4);
    assert.equal(score.acc, 0.75);
  });

  test("gives Keras' categorical cross-entropy and accuracy", () => {
    const p = tf.tensor2d([
      [0.7, 0.2, 0.1],
      [0.3, 0.3, 0.4],
    ]);
    const score = evaluatePredictions(p, Int32Array.of(0, 1));
    close(score.loss, (0.3566749439 + 1.2039728043) / 2);
    assert.equal(score.acc, 0.5);
  });

  test('keeps probabilities of 0 and 1 finite, as Keras does', () => {
    close(evaluatePredictions(tf.tensor2d([[1]]), Int32Array.of(0)).loss, -Math.log(1e-7));
  });

  test('lets a NaN be seen', () => {
    assert.ok(Number.isNaN(evaluatePredictions(tf.tensor2d([[Number.NaN]]), Int32Array.of(0)).loss));
  });
});

describe('evaluateHead()', () => {
  const { features, labels } = learnable({ rows: 10 });
  const head = buildHead({ inputShape: [2, 2, 4], seed: 1, units: 4 });

  test("agrees with TensorFlow.js' own evaluate", async () => {
    head.compile({ optimizer: 'sgd', loss: 'binaryCrossentropy', metrics: ['accuracy'] });
    const y = tf.tensor2d(labels, [10, 1]);
    const [loss, acc] = (head.evaluate(features, y) as import('@tensorflow/tfjs-node').Scalar[]).map(
      (value) => value.dataSync()[0]!,
    );
    const evaluation = evaluateHead(head, features, labels);
    close(evaluation.loss, loss!);
    close(evaluation.acc, acc!);
  });

  test('sets the accuracy of naming the largest class beside it', () => {
    const own = [0, 0, 0, 0, 1, 1, 1, 1, 1, 1];
    const { baseline, baselineClass } = evaluateHead(head, features, own);
    assert.deepEqual([baseline, baselineClass], [0.6, '1']);
    const named = features.clone();
    fromFolders(named, own);
    assert.equal(evaluateHead(head, named, own).baselineClass, 'dogs');
  });

  test('refuses features of other classes, or made in another way, than the head was trained on', () => {
    const trained = buildHead({ inputShape: [2, 2, 4], seed: 1, units: 4 });
    setHeadMetadata(trained, fromFolders(features.clone(), labels));
    const other = features.clone();
    fromFolders(other, labels, { classNames: ['cats', 'owls'] });
    assert.throws(
      () => evaluateHead(trained, other, labels),
      /the evaluation data: expected the classes of the head, 0 'cats', 1 'dogs', found 0 'cats', 1 'owls'/,
    );
    fromFolders(other, labels, { recipe: { targetSize: [96, 96] } });
    assert.throws(
      () => evaluateHead(trained, other, labels),
      /the targetSize the head was trained on, \[64,64\], found \[96,96\]/,
    );
  });

  test('refuses NaN in the head, and in the features', () => {
    const { features, labels } = learnable({ rows: 6 });
    const head = buildHead({ inputShape: [2, 2, 4], seed: 1, units: 2 });
    const values = features.dataSync().slice();
    values[17] = Number.NaN;
    const broken = tf.tensor(values, features.shape);
    assert.throws(() => evaluateHead(head, broken, labels), /evaluation data, row 1.*NaN/);
    head.setWeights(head.getWeights().map((weight, i) => (i === 3 ? weight.add(Number.NaN) : weight)));
    assert.throws(() => evaluateHead(head, features, labels), /the head: .*NaN in the layer "dense_1"/);
  });

  test('refuses rows of another shape, and another number of labels', () => {
    assert.throws(
      () => evaluateHead(head, tf.zeros([10, 4, 4, 4]), labels),
      /expected features \[n, 2, 2, 4\]/,
    );
    assert.throws(
      () => evaluateHead(head, features, [0, 1]),
      /the labels of the evaluation data: expected 10/,
    );
  });

  test('leaves no tensor', () => {
    const before = tf.memory().numTensors;
    evaluateHead(head, features, labels);
    assert.equal(tf.memory().numTensors, before);
  });
});

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import type { Tensor } from '@tensorflow/tfjs-node';
import { np } from '../../src/features/np';
import { buildHead } from '../../src/head/build-head';
import { setHeadMetadata } from '../../src/head/head-metadata';
import { evaluateHead } from '../../src/insight/evaluate-head';
import { tf } from '../../src/tensorflow';
import { temporaryFolder } from '../datasets/folders';
import { fromFolders, learnable } from '../head/data';

const close = (found: number, expected: number) =>
  // float32 probabilities, summed in double: 1e-6 is what their rounding can make of a loss of about 1.
  assert.ok(Math.abs(found - expected) < 1e-6, `${found} instead of ${expected}`);

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

  test('gives the prediction for each photo, and takes the features by their path', async () => {
    const dir = temporaryFolder('evaluate');
    const file = path.join(dir, 'features.npy');
    const named = features.clone();
    fromFolders(named, labels);
    np.save(file, named);
    const { photos, acc, perClass } = evaluateHead(head, file, labels);
    assert.deepEqual(
      photos.map(({ file, trueClass }) => [file, trueClass]),
      labels.map((label, row) => [`${['cats', 'dogs'][label]}/${row}.jpg`, ['cats', 'dogs'][label]]),
    );
    const output = (head.predict(features) as Tensor).dataSync();
    for (const { row, predictedClass, probability } of photos) {
      assert.equal(predictedClass, output[row]! > 0.5 ? 'dogs' : 'cats');
      assert.ok(Math.abs(probability - Math.max(output[row]!, 1 - output[row]!)) < 1e-6);
    }
    const right = photos.filter(({ trueClass, predictedClass }) => trueClass === predictedClass);
    assert.equal(right.length / photos.length, acc);
    assert.deepEqual(
      perClass.map(({ className, support }) => [className, support]),
      [
        ['cats', 5],
        ['dogs', 5],
      ],
    );
    fs.rmSync(dir, { recursive: true });
  });

  test('draws the same resamples again, others with another seed, and none where none are wanted', () => {
    const once = evaluateHead(head, features, labels);
    assert.deepEqual(evaluateHead(head, features, labels).intervals, once.intervals);
    assert.notDeepEqual(evaluateHead(head, features, labels, { seed: 2 }).intervals, once.intervals);
    const { loss, acc } = evaluateHead(head, features, labels, { resamples: 0 }).intervals;
    assert.deepEqual([loss, acc], [[Number.NaN, Number.NaN], once.intervals.acc]);
    const [low, high] = once.intervals.loss;
    assert.ok(low < once.loss && once.loss < high);
  });

  test('leaves no tensor', () => {
    const before = tf.memory().numTensors;
    evaluateHead(head, features, labels);
    assert.equal(tf.memory().numTensors, before);
  });
});

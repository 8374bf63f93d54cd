import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Tensor } from '@tensorflow/tfjs-node';
import { buildHead } from '../../../src/head/build-head';
import type { Labels } from '../../../src/head/labels';
import { trainingData } from '../../../src/head/training/training-data';
import { tf } from '../../../src/tensorflow';
import { fromFolders, learnable } from '../data';

const two = learnable({ rows: 6 });
const three = learnable({ rows: 6, classes: 3 });
const inputShape = [2, 2, 4];
const binary = buildHead({ inputShape, seed: 1, units: 2 });
const ternary = buildHead({ inputShape, seed: 1, units: 2, classes: 3 });

/** Prepares the data for one of the heads. */
const prepareData = (
  model: typeof binary | undefined,
  features: Tensor,
  labels: Labels,
  validationData?: [Tensor, Labels],
) => trainingData(features, labels, { model, validationData, seed: 1 });

describe('trainingData()', () => {
  test('gives 0 and 1 for a sigmoid unit, one-hot rows for a softmax', () => {
    assert.deepEqual(prepareData(binary, two.features, two.labels).y.arraySync(), [
      [0],
      [0],
      [0],
      [1],
      [1],
      [1],
    ]);
    assert.deepEqual(prepareData(ternary, three.features, three.labels).y.arraySync(), [
      [1, 0, 0],
      [1, 0, 0],
      [0, 1, 0],
      [0, 1, 0],
      [0, 0, 1],
      [0, 0, 1],
    ]);
  });

  test('refuses three classes with a sigmoid unit, and two with a softmax of three', () => {
    assert.throws(
      () => prepareData(binary, three.features, three.labels),
      /expected a softmax of 3 units for 3 classes, found 1 unit with sigmoid/,
    );
    assert.throws(
      () => prepareData(ternary, two.features, two.labels),
      /expected one sigmoid unit for two classes, found 3 units with softmax/,
    );
  });

  test('takes the classes from the folders where they are known', () => {
    const features = two.features.clone();
    fromFolders(features, two.labels, { classNames: ['cats', 'dogs', 'owls'] });
    assert.equal(prepareData(ternary, features, two.labels).y.shape[1], 3);
    assert.throws(() => prepareData(binary, features, two.labels), /3 classes \(cats, dogs, owls\)/);
  });

  test('counts a class that only the validation data has', () => {
    const data = prepareData(ternary, two.features, two.labels, [three.features, three.labels]);
    assert.equal(data.y.shape[1], 3);
  });

  test('refuses rows of one class only, and names it', () => {
    const features = two.features.clone();
    assert.throws(
      () => prepareData(binary, features, [1, 1, 1, 1, 1, 1]),
      /the labels of the train data: expected rows of two classes or more, found 6 of class 1 and no others/,
    );
    fromFolders(features, [0, 0, 0, 0, 0, 0]);
    assert.throws(() => prepareData(binary, features, [0, 0, 0, 0, 0, 0]), /found 6 of 'cats' and no others/);
    fromFolders(features, [0, 0, 0, 0, 0, 0], { classNames: ['cats'] });
    assert.throws(() => prepareData(binary, features, [0, 0, 0, 0, 0, 0]), /found 6 of 'cats' and no others/);
  });

  test('refuses features that are no numbers, in both parts', () => {
    const broken = tf.tidy(() => two.features.mul(tf.tensor([1, 1, Number.NaN, 1, 1, 1], [6, 1, 1, 1])));
    assert.throws(
      () => prepareData(binary, broken, two.labels),
      /the train data, row 2: expected numbers, found NaN/,
    );
    assert.throws(
      () => prepareData(binary, two.features, two.labels, [broken, two.labels]),
      /the validation data, row 2: expected numbers, found NaN/,
    );
  });

  test('refuses validation data of other classes, or made in another way', () => {
    const [train, validation] = [two.features.clone(), two.features.clone()];
    fromFolders(train, two.labels);
    fromFolders(validation, two.labels, { classNames: ['cats', 'owls'] });
    const prepare = () => prepareData(binary, train, two.labels, [validation, two.labels]);
    assert.throws(
      prepare,
      /the validation data: expected the classes of the train data, 0 'cats', 1 'dogs', found/,
    );
    fromFolders(validation, two.labels, {
      recipe: { preprocessing: { rescale: 1, function: 'vgg16.preprocessInput' } },
    });
    assert.throws(
      prepare,
      /the validation data: expected features with the preprocessing .* found .*vgg16\.preprocessInput/,
    );
  });
});

test('trainingData() without a head counts the classes by folders or, where these are not known, by labels', () => {
  const classesOf = (...[features, labels, validation]: [Tensor, Labels, [Tensor, Labels]?]) => {
    const { classes, y } = prepareData(undefined, features, labels, validation);
    assert.equal(y.shape[1], classes === 2 ? 1 : classes);
    return classes;
  };
  assert.equal(classesOf(two.features, two.labels), 2);
  assert.equal(classesOf(three.features, three.labels), 3);
  assert.equal(classesOf(two.features, two.labels, [three.features, three.labels]), 3);
  const features = two.features.clone();
  fromFolders(features, two.labels, { classNames: ['a', 'b', 'c', 'd'] });
  assert.equal(classesOf(features, two.labels), 4);
});

describe('trainingData() with validationSplit', () => {
  test('splits after the checks, so that a message names the row that the caller knows', () => {
    const mask = tf.tensor([1, 1, 1, 1, Number.NaN, 1], [6, 1, 1, 1]);
    const broken = tf.tidy(() => two.features.mul(mask));
    for (let seed = 0; seed < 5; seed++)
      assert.throws(
        () => trainingData(broken, two.labels, { validationSplit: 0.3, seed }),
        /the train data, row 4: .* found NaN/,
      );
  });

  test('frees what it made, and nothing else', () => {
    const before = tf.memory().numTensors;
    const data = trainingData(two.features, two.labels, { validationSplit: 0.3, seed: 1 });
    assert.deepEqual([data.labels.length, data.validation!.labels.length], [4, 2]);
    assert.equal(data.validationRows!.length, 2);
    assert.equal(tf.memory().numTensors, before + 3);
    data.dispose();
    assert.equal(tf.memory().numTensors, before);
  });
});

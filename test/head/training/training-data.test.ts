import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { buildHead } from '../../../src/head/build-head';
import { headFor, prepareData } from '../../../src/head/training/training-data';
import { tf } from '../../../src/tensorflow';
import { fromFolders, learnable } from '../data';

const two = learnable({ rows: 6 });
const three = learnable({ rows: 6, classes: 3 });
const inputShape = [2, 2, 4];
const binary = buildHead({ inputShape, seed: 1, units: 2 });
const ternary = buildHead({ inputShape, seed: 1, units: 2, classes: 3 });

describe('prepareData()', () => {
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

test('headFor() has as many classes as the photos have folders, or as there are labels', () => {
  const unitsFor = (...args: Parameters<typeof headFor>) => headFor(...args).outputShape[1];
  assert.equal(unitsFor(two.features, two.labels, { seed: 1 }), 1);
  assert.equal(unitsFor(three.features, three.labels, { seed: 1 }), 3);
  assert.equal(
    unitsFor(two.features, two.labels, { validation: [three.features, three.labels], seed: 1 }),
    3,
  );
  const features = two.features.clone();
  fromFolders(features, two.labels, { classNames: ['a', 'b', 'c', 'd'] });
  assert.equal(unitsFor(features, two.labels, { seed: 1 }), 4);
});

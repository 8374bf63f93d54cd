import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkLabels, labelsOf } from '../../src/head/labels';
import { tf } from '../../src/tensorflow';
import { fromFolders } from './data';

const features = tf.zeros([3, 4]);
const data = { features, name: 'train', classes: 2 };

describe('checkLabels()', () => {
  test('takes arrays, typed arrays and tensors', () => {
    const expected = Int32Array.of(0, 1, 1);
    for (const labels of [
      [0, 1, 1],
      Float32Array.of(0, 1, 1),
      tf.tensor1d([0, 1, 1]),
      tf.tensor2d([[0], [1], [1]]),
      tf.tensor1d([0, 1, 1], 'int32'),
    ])
      assert.deepEqual(checkLabels(labels, data), expected);
  });

  test('gives a copy', () => {
    const labels = Int32Array.of(0, 1, 1);
    checkLabels(labels, data)[0] = 1;
    assert.equal(labels[0], 0);
  });

  test('says that rows and labels differ in number', () => {
    assert.throws(
      () => checkLabels([0, 1], data),
      /the labels of the train data: expected 3, one for each row of features \[3, 4\], found 2\./,
    );
    assert.throws(() => checkLabels(tf.oneHot([0, 1, 1], 2), data), /found 6\./);
  });

  test('refuses what is not a list', () => {
    for (const wrong of [null, undefined, 7, 'cats', {}] as unknown as number[][])
      assert.throws(() => checkLabels(wrong, data), { name: 'LittleDataError', message: /labels/ });
  });

  test('says which label is none of the classes', () => {
    for (const wrong of [2, -1, 0.5, Number.NaN, 1n, null, undefined, '1', 300_000] as number[])
      assert.throws(
        () => checkLabels([0, wrong, 1], data),
        /integers from 0 to 1 for a head of 2 classes, found .* at row 1/,
      );
  });

  test("says which label is not that of the photo's folder", () => {
    const own = tf.zeros([3, 4]);
    fromFolders(own, [0, 0, 1]);
    assert.throws(
      () => checkLabels([0, 1, 1], { ...data, features: own }),
      /the labels of the train data, row 1 \(cats\/1\.jpg\): expected 0, the label of the photo's folder, found 1\./,
    );
  });
});

describe('labelsOf()', () => {
  test('gives the labels of the photos that features came from', () => {
    const own = tf.zeros([3, 4]);
    fromFolders(own, [0, 0, 1]);
    assert.deepEqual(labelsOf(own), [0, 0, 1]);
  });

  test('says that nothing is known of a tensor', () => {
    assert.throws(() => labelsOf(tf.zeros([1])), /found a tensor that nothing is known about/);
  });
});

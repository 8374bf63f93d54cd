import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Tensor } from '@tensorflow/tfjs-node';
import { buildHead } from '../../src/head/build-head';
import { checkDiffering, checkFinite, checkRows, rowShape } from '../../src/head/check-rows';
import { tf } from '../../src/tensorflow';
import { fromFolders } from './data';

describe('checkRows()', () => {
  const head = buildHead({ inputShape: [2, 2, 4], seed: 1, units: 2 });
  const train = { name: 'train', inputShape: rowShape(head) };

  test('takes rows of the shape that the head was built for', () => {
    checkRows(tf.zeros([3, 2, 2, 4]), train);
  });

  test('names both shapes', () => {
    assert.throws(
      () => checkRows(tf.zeros([3, 4, 4, 4]), train),
      /the train data: expected features \[n, 2, 2, 4\], which this head was built for, found \[3, 4, 4, 4\]\. Photos of another `targetSize`/,
    );
    assert.throws(() => checkRows(tf.zeros([3, 16]), train), /found \[3, 16\]/);
  });

  test('refuses a value that is not a tensor', () => {
    assert.throws(() => checkRows([1] as unknown as Tensor, train), /found \[1\]\. .*predictGenerator/);
  });

  test('refuses empty features, integers and booleans', () => {
    for (const [wrong, found] of [
      [tf.zeros([0, 4]), /float32 \[0, 4\]/],
      [tf.zeros([3, 4], 'int32'), /int32 \[3, 4\]/],
      [tf.zeros([3, 4], 'bool'), /bool \[3, 4\]/],
      [tf.zeros([3]), /float32 \[3\]/],
    ] as const)
      assert.throws(() => checkRows(wrong, { name: 'train' }), { name: 'LittleDataError', message: found });
  });

  test('refuses rows whose provenance names another number of photos', () => {
    const features = tf.zeros([3, 2, 2, 4]);
    fromFolders(features, [0, 1]);
    assert.throws(
      () => checkRows(features, train),
      /expected a photo and a label for each of 3 rows, found 2 photos and 2 labels/,
    );
  });
});

describe('checkFinite()', () => {
  for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    test(`names the row and the photo of a ${wrong}`, () => {
      const features = tf.tensor2d([1, 2, 3, 4, wrong, 6], [3, 2]);
      assert.throws(
        () => checkFinite(features, 'train'),
        new RegExp(`the train data, row 2: .* found ${wrong}\\.`),
      );
      fromFolders(features, [0, 0, 1]);
      assert.throws(() => checkFinite(features, 'train'), /row 2 \(dogs\/2\.jpg\)/);
    });
  }

  test('takes numbers, and leaves no tensor', () => {
    const features = tf.tensor2d([1, 2, 3, 3e38], [2, 2]);
    const before = tf.memory().numTensors;
    checkFinite(features, 'train');
    assert.equal(tf.memory().numTensors, before);
  });
});

test('checkDiffering() refuses rows that are all the same', () => {
  checkDiffering(tf.tensor2d([1, 2, 1, 3], [2, 2]), 'train');
  checkDiffering(tf.tensor2d([1, 2], [1, 2]), 'train');
  assert.throws(() => checkDiffering(tf.ones([3, 2]), 'train'), /found 3 rows that are all the same/);
});

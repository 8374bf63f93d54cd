import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { fewestOf, labelledRows } from '../../src/head/labelled-rows';
import { tensorflowReady, tf } from '../../src/tensorflow';
import { fromFolders, learnable } from './data';

before(tensorflowReady);

describe('labelledRows()', () => {
  test('pools the features, and knows the classes of their photos', () => {
    const { features, labels } = learnable({ rows: 6 });
    const plain = labelledRows(features, labels, { name: 'train' });
    assert.deepEqual([plain.rows.size, plain.rows.x.length, plain.classes], [4, 24, 2]);
    fromFolders(features, labels, { classNames: ['cats', 'dogs', 'owls'] });
    const { classes, classIndices } = labelledRows(features, labels, { name: 'train' });
    assert.deepEqual([classes, classIndices], [3, { cats: 0, dogs: 1, owls: 2 }]);
  });

  test('refuses labels that do not fit the rows, and rows that are no numbers', () => {
    const { features, labels } = learnable({ rows: 6 });
    assert.throws(() => labelledRows(features, labels.slice(1), { name: 'train' }), /expected 6/);
    const broken = tf.fill([6, 4], Number.NaN);
    assert.throws(() => labelledRows(broken, labels, { name: 'train' }), /the train data, row 0/);
  });
});

test('fewestOf() counts the smallest class, and names one of a single row', () => {
  const values = Int32Array.of(0, 0, 0, 1, 1, 2);
  assert.equal(fewestOf({ values: values.subarray(0, 5), classes: 2 }), 2);
  assert.throws(
    () => fewestOf({ values, classes: 3, classIndices: { cats: 0, dogs: 1, owls: 2 } }),
    /found 1 of 'owls'/,
  );
});

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { confusionMatrix } from '../../src/insight/confusion-matrix';
import { tf } from '../../src/tensorflow';
import { evaluated, evaluationOf } from './evaluated';

// scikit-learn 1.9.1: confusion_matrix([0, 0, 0, 1, 1, 2], [0, 1, 1, 1, 0, 1]) = [[1, 2, 0], [1, 1, 0], [0, 1, 0]]
const photos = evaluated([
  ['cats', 'cats', 0.9],
  ['cats', 'dogs', 0.6],
  ['cats', 'dogs', 0.8],
  ['dogs', 'dogs', 0.9],
  ['dogs', 'cats', 0.7],
  ['owls', 'dogs', 0.5],
]);
const evaluation = evaluationOf(photos, ['cats', 'dogs', 'owls', 'rats']);

describe('confusionMatrix()', () => {
  test("has scikit-learn's counts, and fractions of the rows", () => {
    const { counts, fractions } = confusionMatrix(evaluation);
    assert.deepEqual(counts, [
      [1, 2, 0, 0],
      [1, 1, 0, 0],
      [0, 1, 0, 0],
      [0, 0, 0, 0],
    ]);
    assert.deepEqual(fractions[1], [0.5, 0.5, 0, 0]);
    assert.ok(fractions[3]!.every(Number.isNaN));
  });

  test('lists the confused classes, most photos first', () => {
    const { pairs } = confusionMatrix(evaluation);
    assert.deepEqual(
      pairs.map(({ trueClass, predictedClass, count }) => [trueClass, predictedClass, count]),
      [
        ['cats', 'dogs', 2],
        ['owls', 'dogs', 1],
        ['dogs', 'cats', 1],
      ],
    );
    assert.equal(pairs[2]!.fraction, 0.5);
  });

  test('gives the photos behind a cell, surest first', () => {
    const confusion = confusionMatrix(evaluation);
    assert.deepEqual(
      confusion.photos('cats', 'dogs').map(({ row }) => row),
      [2, 1],
    );
    assert.equal(confusion.photos('rats', 'cats').length, 0);
    assert.throws(
      () => confusion.photos('cats', 'dog'),
      /one of the classes cats, dogs, owls, rats, found "dog"/,
    );
  });

  test('takes predictions and labels, of one sigmoid unit too', () => {
    const one = confusionMatrix(tf.tensor2d([[0.1], [0.8], [0.7]]), {
      labels: [0, 0, 1],
      classNames: ['cats', 'dogs'],
      files: ['a.jpg', 'b.jpg', 'c.jpg'],
    });
    assert.deepEqual(one.counts, [
      [1, 1],
      [0, 1],
    ]);
    assert.equal(one.photos('cats', 'dogs')[0]!.file, 'b.jpg');
    const softmax = confusionMatrix(tf.tensor2d([[0.2, 0.3, 0.5]]), { labels: tf.tensor1d([1], 'int32') });
    assert.deepEqual(softmax.pairs, [{ trueClass: '1', predictedClass: '2', count: 1, fraction: 1 }]);
  });

  test('holds 500 classes', () => {
    const names = Array.from({ length: 500 }, (_, i) => `class ${i}`);
    const rows = names.map((name, i) => [name, names[(i + 1) % 500]!, 0.5] as const);
    assert.equal(confusionMatrix(evaluationOf(evaluated(rows), names)).pairs.length, 500);
  });

  test('refuses what does not fit', () => {
    const predictions = tf.tensor2d([[0.1], [0.8]]);
    for (const [labels, options] of [
      [[0], {}],
      [[0, 2], {}],
      [[0, 1], { classNames: ['a', 'b', 'c'] }],
      [[0, 1], { files: ['a.jpg'] }],
    ] as const)
      assert.throws(
        () => confusionMatrix(predictions, { labels, ...options }),
        /confusionMatrix: expected predictions/,
      );
    assert.throws(() => confusionMatrix('x' as never), /`evaluation`/);
  });
});

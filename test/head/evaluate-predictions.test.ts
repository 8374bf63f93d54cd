import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { evaluatePredictions, predictedLabels, rightRows } from '../../src/head/evaluate-predictions';
import { tf } from '../../src/tensorflow';

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

test('predictedLabels() and rightRows() take the larger probability, and the first class at a tie', () => {
  const one = tf.tensor2d([[0.4], [0.5], [0.6]]);
  assert.deepEqual([...predictedLabels(one)], [0, 0, 1]);
  assert.deepEqual(rightRows(one, Int32Array.of(0, 1, 1)), [true, false, true]);
  const three = tf.tensor2d([
    [0.2, 0.4, 0.4],
    [0.1, 0.2, 0.7],
  ]);
  assert.deepEqual([...predictedLabels(three)], [1, 2]);
});

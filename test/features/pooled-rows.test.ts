import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { pooledRows } from '../../src/features/pooled-rows';
import { tensorflowReady, tf } from '../../src/tensorflow';

before(tensorflowReady);

test('pooledRows() averages over height and width, keeps flat rows, and leaves no tensor', () => {
  const square = tf.tensor([1, 10, 3, 20, 5, 30, 7, 40], [1, 2, 2, 2]);
  const flat = tf.tensor2d([1, 2, 3, 4], [2, 2]);
  const { numTensors } = tf.memory();
  assert.deepEqual(pooledRows(square, Int32Array.of(1)), {
    ...{ x: Float32Array.of(4, 25), labels: Int32Array.of(1), size: 2 },
  });
  assert.deepEqual([...pooledRows(flat, Int32Array.of(0, 1)).x], [1, 2, 3, 4]);
  assert.equal(tf.memory().numTensors, numTensors);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classProbabilities } from '../../src/insight/probabilities';
import { tf } from '../../src/tensorflow';

test('classProbabilities() gives one sigmoid unit both classes, and leaves a softmax as it is', () => {
  assert.deepEqual([...classProbabilities(tf.tensor2d([[0.25], [1]]))], [0.75, 0.25, 0, 1]);
  assert.deepEqual([...classProbabilities(tf.tensor2d([[0.25, 0.5, 0.25]]))], [0.25, 0.5, 0.25]);
});

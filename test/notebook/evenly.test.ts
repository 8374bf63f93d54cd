import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evenly } from '../../src/notebook/evenly';

test('evenly() chooses from the whole list, in its order', () => {
  const ten = Array.from({ length: 10 }, (_, i) => i);
  assert.deepEqual(evenly(ten, 3), [0, 3, 6]);
  assert.deepEqual(evenly(ten, 1), [0]);
  assert.deepEqual(evenly(ten, 20), ten);
  assert.deepEqual(evenly([], 5), []);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mostUncertain } from '../../src/insight/most-uncertain';
import { evaluated } from './evaluated';

const photos = evaluated([
  ['cats', 'cats', 0.99],
  ['cats', 'dogs', 0.6],
  ['dogs', 'dogs', 0.51],
]);

test('mostUncertain() has the lowest probabilities first, right or wrong', () => {
  assert.deepEqual(
    mostUncertain({ photos }).map(({ row }) => row),
    [2, 1, 0],
  );
  assert.deepEqual(
    mostUncertain({ photos }, { limit: 1 }).map(({ row }) => row),
    [2],
  );
  assert.throws(() => mostUncertain({} as never), /`evaluation`/);
});

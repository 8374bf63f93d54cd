import assert from 'node:assert/strict';
import { test } from 'node:test';
import { worstMistakes } from '../../src/insight/worst-mistakes';
import { evaluated } from './evaluated';

const photos = evaluated([
  ['cats', 'dogs', 0.6],
  ['cats', 'cats', 0.99],
  ['dogs', 'cats', 0.9],
  ['dogs', 'cats', 0.7],
]);

test('worstMistakes() has the wrong ones alone, surest first', () => {
  const rows = (limit?: number) =>
    worstMistakes({ photos }, limit === undefined ? {} : { limit }).map(({ row }) => row);
  assert.deepEqual(rows(), [2, 3, 0]);
  assert.deepEqual(rows(1), [2]);
  assert.deepEqual(JSON.parse(JSON.stringify(worstMistakes({ photos }, { limit: 1 }))), [photos[2]]);
});

test('worstMistakes() leaves the evaluation as it is, and refuses what is none', () => {
  const before = structuredClone(photos);
  worstMistakes({ photos });
  assert.deepEqual(photos, before);
  assert.throws(() => worstMistakes('photos' as never), /`evaluation`: expected what evaluateHead gave/);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sameBytes } from '../../src/datasets/same-bytes';

test('sameBytes() groups photos by their digest, and none without one', () => {
  const photos = [
    { filename: 'a', sha256: '1' },
    { filename: 'b' },
    { filename: 'c', sha256: '2' },
    { filename: 'd', sha256: '1' },
    { filename: 'e' },
  ];
  assert.deepEqual(sameBytes(photos), [['a', 'd']]);
});

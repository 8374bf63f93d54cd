import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shownBytes } from '../../src/files/shown-bytes';

test('shownBytes() counts by thousands, with three digits at most', () => {
  const shown: [number, string][] = [
    [0, '0 bytes'],
    [999, '999 bytes'],
    [1000, '1.0 kB'],
    [99_949, '99.9 kB'],
    [99_950, '100 kB'],
    [999_499, '999 kB'],
    [999_500, '1.0 MB'],
    [68_606_236, '68.6 MB'],
    [4e15, '4000 TB'],
  ];
  for (const [bytes, text] of shown) assert.equal(shownBytes(bytes), text);
});

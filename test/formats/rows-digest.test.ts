import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOfRows, RowsDigest } from '../../src/formats/rows-digest';

// Source: Python's hashlib over the rows of numpy.arange(6, dtype='<f4').reshape(3, 2).
const digest = '0f011524945e37b0f974c4710eb586fdef26eed3f27ee3f6e7f06a384b274995';
const values = Float32Array.from({ length: 6 }, (_, i) => i);

test('digestOfRows() hashes the hashes of the rows', () => {
  assert.equal(digestOfRows(values, 3), digest);
});

test('RowsDigest takes rows in any order, and gives the digest of the first ones', () => {
  const rows = new RowsDigest();
  for (const row of [2, 0, 3, 1]) rows.add(row, new Uint8Array(values.buffer, (row % 3) * 8, 8));
  assert.equal(rows.digest(3), digest);
  assert.notEqual(rows.digest(4), digest);
});

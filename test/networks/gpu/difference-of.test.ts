import assert from 'node:assert/strict';
import { test } from 'node:test';
import { differenceOf } from '../../../src/networks/gpu/difference-of';

test('differenceOf() is in proportion to the largest value that was wanted', () => {
  const wanted = Float32Array.of(1, -8, 0);
  assert.equal(differenceOf(Float32Array.of(1, -8, 0), wanted), 0);
  assert.equal(differenceOf(Float32Array.of(3, -8, 1), wanted), 2 / 8);
  assert.equal(differenceOf(new Float32Array(2), new Float32Array(2)), 0);
});

test('differenceOf() is as large as can be where there is no proportion', () => {
  const found = [
    Float32Array.of(Number.NaN, 1),
    Float32Array.of(1),
    Float32Array.of(Number.POSITIVE_INFINITY, 1),
  ];
  for (const values of found) assert.equal(differenceOf(values, Float32Array.of(1, 1)), Number.MAX_VALUE);
  assert.equal(differenceOf(Float32Array.of(1), Float32Array.of(0)), Number.MAX_VALUE);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { quantile } from '../../src/numerics/quantile';
import { close } from './references';

test("quantile() is NumPy's, in any order of the numbers", () => {
  // NumPy 2.4.6: np.quantile([3, 1, 4, 1, 5, 9, 2, 6], q).
  for (const [q, expected] of [
    [0, 1],
    [0.025, 1],
    [0.25, 1.75],
    [0.5, 3.5],
    [0.975, 8.475],
    [1, 9],
  ] as const)
    close(quantile([3, 1, 4, 1, 5, 9, 2, 6], q), expected, 1e-12);
});

test('quantile() is infinite from where the numbers are', () => {
  const values = [1, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  assert.equal(quantile(values, 0), 1);
  assert.equal(quantile(values, 0.3), Number.POSITIVE_INFINITY);
  assert.equal(quantile(values, 1), Number.POSITIVE_INFINITY);
});

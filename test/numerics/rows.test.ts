import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rowsWhere, selectRows, spreadOf, standardize } from '../../src/numerics/rows';

const rows = { x: Float32Array.of(1, 5, 3, 5, 5, 5), labels: Int32Array.of(0, 1, 2), size: 2 };

test('selectRows() and rowsWhere() keep rows with their labels', () => {
  assert.deepEqual(selectRows(rows, [2, 0]), {
    ...{ x: Float32Array.of(5, 5, 1, 5), labels: Int32Array.of(2, 0), size: 2 },
  });
  assert.deepEqual(rowsWhere(rows, (row) => row === 1).labels, Int32Array.of(1));
});

test('standardize() gives features of mean 0 and spread 1, and leaves one that never differs as wide as it is', () => {
  const { x } = standardize(rows, spreadOf(rows));
  // (1, 3, 5) has the mean 3 and the standard deviation sqrt(8 / 3).
  const expected = [-1.224744871391589, 0, 0, 0, 1.224744871391589, 0];
  for (const [at, value] of expected.entries()) assert.ok(Math.abs(x[at]! - value) < 1e-6, `${x}`);
});

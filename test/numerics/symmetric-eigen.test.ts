import assert from 'node:assert/strict';
import { test } from 'node:test';
import { symmetricEigen } from '../../src/numerics/symmetric-eigen';
import { close } from './references';

const matrix = [4, 1, -2, 0, 1, 2, 0, 1, -2, 0, 3, -2, 0, 1, -2, -1];

test("symmetricEigen() has NumPy's eigenvalues, and vectors that the matrix only stretches", () => {
  const { values, vectors } = symmetricEigen(matrix, 4);
  // numpy.linalg.eigvalsh of NumPy 2.4.6.
  const expected = [6.024017934582585, 2.3479882467438955, 1.8300530615194515, -2.202059242845931];
  for (const [k, value] of expected.entries()) {
    close(values[k]!, value, 1e-12);
    const own = vectors.subarray(4 * k, 4 * k + 4);
    close(Math.hypot(...own), 1, 1e-12);
    for (let row = 0; row < 4; row++) {
      const stretched = own.reduce((sum, part, column) => sum + part * matrix[4 * row + column]!, 0);
      close(stretched, value * own[row]!, 1e-12);
    }
  }
});

test('symmetricEigen() sorts what is diagonal already, and leaves the matrix as it is', () => {
  const diagonal = [1, 0, 0, 5];
  assert.deepEqual([...symmetricEigen(diagonal, 2).values], [5, 1]);
  assert.deepEqual(diagonal, [1, 0, 0, 5]);
});

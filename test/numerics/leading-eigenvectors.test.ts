import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { leadingEigenvectors } from '../../src/numerics/leading-eigenvectors';
import { seededRandom } from '../../src/random';
import { tensorflowReady, tf } from '../../src/tensorflow';
import { close } from './references';

before(tensorflowReady);

/** Has the eigenvalues 100, 50, 25, ...: the matrix `H D H` of a reflection H. */
function known(size: number): { matrix: Float32Array; vector: (k: number) => Float64Array } {
  const random = seededRandom(4);
  const normal = Float64Array.from({ length: size }, () => random() - 0.5);
  const square = normal.reduce((sum, value) => sum + value * value, 0);
  const reflection = (i: number, j: number) => Number(i === j) - (2 * normal[i]! * normal[j]!) / square;
  const matrix = Float32Array.from({ length: size * size }, (_, at) => {
    const [i, j] = [Math.floor(at / size), at % size];
    let sum = 0;
    for (let k = 0; k < size; k++) sum += reflection(i, k) * 100 * 0.5 ** k * reflection(j, k);
    return sum;
  });
  return { matrix, vector: (k) => Float64Array.from({ length: size }, (_, i) => reflection(i, k)) };
}

test('leadingEigenvectors() finds eigenvalues that were put in, with their directions', () => {
  const { matrix, vector } = known(40);
  const { numTensors } = tf.memory();
  const { values, vectors } = leadingEigenvectors(matrix, { size: 40, count: 4 });
  assert.equal(tf.memory().numTensors, numTensors);
  for (const [k, value] of values.entries()) {
    close(value, 100 * 0.5 ** k, 1e-4);
    const own = vectors.subarray(40 * k, 40 * (k + 1));
    close(Math.abs(own.reduce((sum, part, i) => sum + part * vector(k)[i]!, 0)), 1, 1e-5);
  }
});

test('leadingEigenvectors() can give all of them', () => {
  const { matrix } = known(5);
  const { values } = leadingEigenvectors(matrix, { size: 5, count: 5 });
  for (const [k, value] of values.entries()) close(value, 100 * 0.5 ** k, 1e-4);
});

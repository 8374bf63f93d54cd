/** Eigenvalues and eigenvectors of a small symmetric matrix. */

/** Eigenvalues, the largest first, and the eigenvector of each: row by row. */
export interface Eigen {
  values: Float64Array;
  vectors: Float64Array;
}

/** Jacobi's method ends far before; each sweep squares what is left. */
const sweeps = 30;

/**
 * All eigenvalues and eigenvectors of a symmetric matrix, by Jacobi's cyclic rotations. For up to a few hundred rows.
 *
 * Source: Golub and Van Loan, Matrix Computations, 4th edition, 8.5.
 * @param matrix row by row, `size` times `size`; it is left as it is.
 */
export function symmetricEigen(matrix: ArrayLike<number>, size: number): Eigen {
  const a = Float64Array.from(matrix);
  const v = Float64Array.from({ length: size * size }, (_, at) => Number(at % (size + 1) === 0));
  const scale = a.reduce((sum, value) => sum + value * value, 0);
  for (let sweep = 0; sweep < sweeps && offDiagonal(a, size) > 1e-28 * scale; sweep++)
    for (let p = 0; p < size; p++)
      for (let q = p + 1; q < size; q++) if (a[p * size + q] !== 0) rotate(a, v, { p, q, size });
  const order = Array.from({ length: size }, (_, i) => i).sort(
    (i, j) => a[j * (size + 1)]! - a[i * (size + 1)]!,
  );
  const vectors = new Float64Array(size * size);
  for (const [to, from] of order.entries())
    vectors.set(v.subarray(from * size, (from + 1) * size), to * size);
  return { values: Float64Array.from(order, (i) => a[i * (size + 1)]!), vectors };
}

/** Makes the entry at row p and column q zero. The rows of `v` are the eigenvectors. */
function rotate(
  a: Float64Array,
  v: Float64Array,
  { p, q, size }: { p: number; q: number; size: number },
): void {
  const theta = (a[q * (size + 1)]! - a[p * (size + 1)]!) / (2 * a[p * size + q]!);
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const c = 1 / Math.hypot(t, 1);
  const s = t * c;
  const turn = (values: Float64Array, i: number, j: number) => {
    const [x, y] = [values[i]!, values[j]!];
    values[i] = c * x - s * y;
    values[j] = s * x + c * y;
  };
  for (let k = 0; k < size; k++) turn(a, k * size + p, k * size + q);
  for (let k = 0; k < size; k++) turn(a, p * size + k, q * size + k);
  for (let k = 0; k < size; k++) turn(v, p * size + k, q * size + k);
}

/** The sum of the squares above the diagonal. */
function offDiagonal(a: Float64Array, size: number): number {
  let sum = 0;
  for (let p = 0; p < size; p++) for (let q = p + 1; q < size; q++) sum += a[p * size + q]! ** 2;
  return sum;
}

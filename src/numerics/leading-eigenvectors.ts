/** The largest eigenvalues of a large symmetric matrix, with their eigenvectors. */
import { seededRandom } from '../random';
import { tf } from '../tensorflow';
import { type Eigen, symmetricEigen } from './symmetric-eigen';

/** So many vectors more than are wanted are iterated: those that are wanted converge faster. */
const extra = 10;

/** The search ends where no eigenvalue changes by more than this fraction of the largest, or after so many iterations: noise has no clear directions. */
const exact = 1e-6;
const iterations = 60;

/**
 * The `count` largest eigenvalues and their eigenvectors, by subspace iteration with Rayleigh-Ritz steps.
 *
 * Source: Golub and Van Loan, Matrix Computations, 4th edition, 8.2.4.
 * @param matrix float32, row by row, symmetric, without negative eigenvalues.
 */
export function leadingEigenvectors(
  matrix: Float32Array,
  { size, count }: { size: number; count: number },
): Eigen {
  const width = Math.min(size, count + extra);
  const random = seededRandom(1);
  let basis = Float64Array.from({ length: width * size }, () => random() - 0.5);
  orthonormalize(basis, size);
  const whole = tf.tensor2d(matrix, [size, size]);
  const times = (rows: Float64Array) => {
    const own = tf.tensor2d(Float32Array.from(rows), [width, size]);
    const product = tf.matMul(own, whole);
    const values = Float64Array.from(product.dataSync());
    tf.dispose([own, product]);
    return values;
  };
  let found: Eigen = { values: new Float64Array(width), vectors: basis };
  for (let i = 0; i < iterations; i++) {
    const products = times(basis);
    const small = symmetricEigen(innerProducts(basis, products, size), width);
    const change = small.values.reduce(
      (most, value, k) => (k < count ? Math.max(most, Math.abs(value - found.values[k]!)) : most),
      0,
    );
    found = { values: small.values, vectors: combine(small.vectors, basis, size) };
    if (change <= exact * small.values[0]!) break;
    basis = combine(small.vectors, products, size);
    orthonormalize(basis, size);
  }
  whole.dispose();
  return {
    values: found.values.slice(0, count),
    vectors: found.vectors.slice(0, count * size),
  };
}

/** Gram-Schmidt, twice, for rounding. A row that the others make up becomes zero. */
function orthonormalize(rows: Float64Array, size: number): void {
  const width = rows.length / size;
  for (let i = 0; i < width; i++) {
    const own = rows.subarray(i * size, (i + 1) * size);
    const before = Math.sqrt(dot(own, own));
    for (let pass = 0; pass < 2; pass++)
      for (let j = 0; j < i; j++) {
        const other = rows.subarray(j * size, (j + 1) * size);
        const along = dot(own, other);
        for (let k = 0; k < size; k++) own[k]! -= along * other[k]!;
      }
    const length = Math.sqrt(dot(own, own));
    const factor = length > 1e-12 * before ? 1 / length : 0;
    for (let k = 0; k < size; k++) own[k]! *= factor;
  }
}

/** The products of each row of `a` with each of `b`, made symmetric: rounding leaves them not quite so. */
function innerProducts(a: Float64Array, b: Float64Array, size: number): Float64Array {
  const width = a.length / size;
  const row = (values: Float64Array, i: number) => values.subarray(i * size, (i + 1) * size);
  const products = new Float64Array(width * width);
  for (let i = 0; i < width; i++)
    for (let j = 0; j <= i; j++) {
      const value = (dot(row(a, i), row(b, j)) + dot(row(a, j), row(b, i))) / 2;
      products[i * width + j] = products[j * width + i] = value;
    }
  return products;
}

/** `weights` times `rows`. */
function combine(weights: Float64Array, rows: Float64Array, size: number): Float64Array<ArrayBuffer> {
  const width = rows.length / size;
  const sums = new Float64Array(rows.length);
  for (let i = 0; i < width; i++)
    for (let j = 0; j < width; j++) {
      const weight = weights[i * width + j]!;
      for (let k = 0; k < size; k++) sums[i * size + k]! += weight * rows[j * size + k]!;
    }
  return sums;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!;
  return sum;
}

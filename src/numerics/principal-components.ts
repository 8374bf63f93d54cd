/** Rows of features in the few directions in which they differ most. */
import { tf } from '../tensorflow';
import { leadingEigenvectors } from './leading-eigenvectors';
import type { Rows } from './rows';

/** Rows in the directions of their principal components. */
export interface PrincipalComponents {
  /** Row by row, `components` numbers for each. The sign of a direction is chance, but always the same for the same rows. */
  scores: Float64Array;
  /** The variance along each direction, divided by the number of rows; the largest first. */
  variances: Float64Array;
}

/**
 * Principal components of rows: of their covariance matrix, or of the matrix of the rows' products with one another where
 * that is smaller.
 *
 * @param rows with `size` features each; they are centred here, not scaled.
 * @param options `components`: how many directions; at most as many as there are rows, or features.
 */
export function principalComponents(
  { x, labels, size }: Rows,
  { components }: { components: number },
): PrincipalComponents {
  const n = labels.length;
  const ofRows = n < size;
  const [centred, products] = tf.tidy(() => {
    const own = tf.tensor2d(x, [n, size]);
    const less = own.sub(own.mean(0));
    return [less, tf.matMul(less, less, !ofRows, ofRows).div(n)];
  });
  const matrix = products!.dataSync() as Float32Array;
  const found = leadingEigenvectors(matrix, { size: Math.min(n, size), count: components });
  const variances = found.values.map((value) => Math.max(0, value));
  let scores: Float64Array;
  if (ofRows) {
    scores = Float64Array.from({ length: n * components }, (_, at) => {
      const [row, k] = [Math.floor(at / components), at % components];
      return found.vectors[k * n + row]! * Math.sqrt(n * variances[k]!);
    });
  } else {
    const directions = tf.tensor2d(Float32Array.from(found.vectors), [components, size]);
    const along = tf.matMul(centred!, directions, false, true);
    scores = Float64Array.from(along.dataSync());
    tf.dispose([directions, along]);
  }
  tf.dispose([centred!, products!]);
  return { scores, variances };
}

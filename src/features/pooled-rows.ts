/** Features as rows of numbers, one per channel. */
import type { Tensor } from '@tensorflow/tfjs-node';
import type { Rows } from '../numerics/rows';
import { tf } from '../tensorflow';

/** Features `[n, height, width, channels]` averaged over height and width; `[n, size]` as they are, others row by row. */
export function pooledRows(features: Tensor, labels: Int32Array): Rows {
  const [n] = features.shape as [number];
  const pooled = features.rank === 4 ? tf.mean(features, [1, 2]) : undefined;
  // Not returned from a `tf.tidy`, which would look for tensors in each of the numbers.
  const x = (pooled ?? features).dataSync() as Float32Array;
  pooled?.dispose();
  return { x, labels, size: x.length / n };
}

/** Features as rows of numbers, one per channel. */
import type { Tensor } from '@tensorflow/tfjs-node';
import type { Rows } from '../numerics/rows';
import { tf } from '../tensorflow';

/** Features `[n, height, width, channels]` averaged over height and width; `[n, size]` as they are, others row by row. */
export function pooledRows(features: Tensor, labels: Int32Array): Rows {
  const [n] = features.shape as [number];
  const x = tf.tidy(
    () => (features.rank === 4 ? features.mean([1, 2]) : features).dataSync() as Float32Array,
  );
  return { x, labels, size: x.length / n };
}

/** The output of a head as one probability per class. */
import type { Tensor } from '@tensorflow/tfjs-node';

/** Probabilities `[n, classes]`, row by row, of an output `[n, 1]` (of class 1) or `[n, classes]`. */
export function classProbabilities(output: Tensor): Float32Array {
  const values = output.dataSync() as Float32Array;
  if (output.shape[1] !== 1) return values;
  return Float32Array.from({ length: 2 * values.length }, (_, i) => {
    const p = values[i >> 1]!;
    return i % 2 === 1 ? p : 1 - p;
  });
}

/** The score of a head's predictions, and which of them are right. */
import type { Tensor } from '@tensorflow/tfjs-node';

/** Loss and accuracy of a head. */
export interface Score {
  /** Mean cross-entropy in nats. */
  loss: number;
  /** Fraction of right predictions, 0..1. */
  acc: number;
}

/** Loss and accuracy of probabilities `[n, 1]` (of class 1) or `[n, classes]`. */
export function evaluatePredictions(predictions: Tensor, labels: Int32Array): Score {
  const loss = rowLosses(predictions, labels).reduce((sum, own) => sum + own, 0);
  const right = rightRows(predictions, labels).filter(Boolean).length;
  return { loss: loss / labels.length, acc: right / labels.length };
}

/** The cross-entropy of each row in nats; of probabilities as in `evaluatePredictions`. */
export function rowLosses(predictions: Tensor, labels: Int32Array): Float64Array {
  const columns = predictions.shape[1]!;
  const p = predictions.dataSync();
  return Float64Array.from(labels, (label, row) => {
    const own = columns === 1 ? (label === 1 ? p[row]! : 1 - p[row]!) : p[row * columns + label]!;
    return -Math.log(Math.min(Math.max(own, 1e-7), 1 - 1e-7));
  });
}

/** Whether the prediction of each row is right; of probabilities as in `evaluatePredictions`. */
export function rightRows(predictions: Tensor, labels: Int32Array): boolean[] {
  const predicted = predictedLabels(predictions);
  return Array.from(labels, (label, row) => predicted[row] === label);
}

/** The class that is predicted for each row; of probabilities as in `evaluatePredictions`. */
export function predictedLabels(predictions: Tensor): Int32Array {
  const [rows, columns] = predictions.shape as [number, number];
  const p = predictions.dataSync();
  return Int32Array.from({ length: rows }, (_, row) =>
    columns === 1 ? Number(p[row]! > 0.5) : largest(p, row * columns, columns),
  );
}

function largest(values: ArrayLike<number>, start: number, count: number): number {
  let best = 0;
  for (let i = 1; i < count; i++) if (values[start + i]! > values[start + best]!) best = i;
  return best;
}

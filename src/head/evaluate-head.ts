/** Evaluates a head on features that it was not trained on. */
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import { baselineOf } from './baseline';
import { checkEvaluation } from './check-evaluation';
import type { Labels } from './labels';
import { probabilitiesOf } from './probabilities';

/** Loss and accuracy of a head. */
export interface Score {
  /** Mean cross-entropy in nats. */
  loss: number;
  /** Fraction of right predictions, 0..1. */
  acc: number;
}

/** A head's score, and the accuracy to compare it with. */
export interface Evaluation extends Score {
  /** Fraction of the largest class, 0..1: the accuracy of always naming it. */
  baseline: number;
  /** The name of that class, or its label where its name is not known. */
  baselineClass: string;
}

/**
 * Computes loss and accuracy of a head on features and their labels, as Keras' `model.evaluate` does, and the accuracy
 * of always naming the largest class.
 *
 * @param head from `buildHead`, `trainHead` or `loadHead`.
 * @param features float32 `[n, 4, 4, 512]` (the head's input shape).
 * @param labels one integer per row, from 0 to the number of classes minus one.
 * @returns `loss` (mean cross-entropy in nats), `acc` and `baseline` (fractions, 0..1), `baselineClass`.
 * @throws LittleDataError where a weight or a feature is not a finite number, rows and labels do not fit, or the features were made in another way, or of other
 *   classes, than those that the head was trained on.
 * @example
 * ```ts
 * import { evaluateHead, labelsOf, loadHead, np } from 'little-data';
 * const features = await np.load('features.npy');
 * const head = await loadHead('head.h5', { features });
 * const { acc, baseline } = evaluateHead(head, features, labelsOf(features));
 * console.log(`${acc} against ${baseline}`);
 * ```
 */
export function evaluateHead(head: LayersModel, features: Tensor, labels: Labels): Evaluation {
  const { values, classIndices } = checkEvaluation(head, features, { labels, name: 'evaluation' });
  const predictions = probabilitiesOf(head, features);
  const score = evaluatePredictions(predictions, values);
  predictions.dispose();
  const { label, fraction } = baselineOf(values);
  const named = Object.entries(classIndices ?? {}).find(([, own]) => own === label)?.[0];
  return { ...score, baseline: fraction, baselineClass: named ?? String(label) };
}

/** Loss and accuracy of probabilities `[n, 1]` (of class 1) or `[n, classes]`. */
export function evaluatePredictions(predictions: Tensor, labels: Int32Array): Score {
  const columns = predictions.shape[1]!;
  const p = predictions.dataSync();
  let loss = 0;
  for (const [row, label] of labels.entries()) {
    const own = columns === 1 ? (label === 1 ? p[row]! : 1 - p[row]!) : p[row * columns + label]!;
    loss -= Math.log(Math.min(Math.max(own, 1e-7), 1 - 1e-7));
  }
  const right = rightRows(predictions, labels).filter(Boolean).length;
  return { loss: loss / labels.length, acc: right / labels.length };
}

/** Whether the prediction of each row is right; of probabilities as in `evaluatePredictions`. */
export function rightRows(predictions: Tensor, labels: Int32Array): boolean[] {
  const columns = predictions.shape[1]!;
  const p = predictions.dataSync();
  return Array.from(labels, (label, row) => {
    const predicted = columns === 1 ? Number(p[row]! > 0.5) : largest(p, row * columns, columns);
    return predicted === label;
  });
}

function largest(values: ArrayLike<number>, start: number, count: number): number {
  let best = 0;
  for (let i = 1; i < count; i++) if (values[start + i]! > values[start + best]!) best = i;
  return best;
}

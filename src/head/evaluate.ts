/** How well a head does on features it was not trained on. */
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import { checkLabels, type Labels } from './labels';

/** `loss`: mean cross-entropy in nats; `acc`: share of right answers, 0..1. */
export interface Evaluation {
  loss: number;
  acc: number;
}

/**
 * Loss and accuracy of a head on features and their labels, as Keras' `model.evaluate`.
 * @param features float32 `[n, 4, 4, 512]` (the head's input shape), with `labels` one integer a row.
 */
export function evaluateHead(head: LayersModel, features: Tensor, labels: Labels): Evaluation {
  const values = checkLabels(labels, { features, name: 'evaluation', classes: classesOf(head) });
  const predictions = head.predict(features, { batchSize: 512 }) as Tensor;
  const evaluation = evaluatePredictions(predictions, values);
  predictions.dispose();
  return evaluation;
}

/** How many classes a head tells apart: two with one sigmoid unit. */
export function classesOf(head: LayersModel): number {
  return Math.max(2, head.outputShape[1] as number);
}

/** Loss and accuracy of probabilities `[n, 1]` (of class 1) or `[n, classes]`. */
export function evaluatePredictions(predictions: Tensor, labels: Int32Array): Evaluation {
  const columns = predictions.shape[1]!;
  const p = predictions.dataSync();
  let [loss, right] = [0, 0];
  for (const [row, label] of labels.entries()) {
    const own = columns === 1 ? (label === 1 ? p[row]! : 1 - p[row]!) : p[row * columns + label]!;
    loss -= Math.log(Math.min(Math.max(own, 1e-7), 1 - 1e-7));
    const answer = columns === 1 ? Number(p[row]! > 0.5) : largest(p, row * columns, columns);
    if (answer === label) right++;
  }
  return { loss: loss / labels.length, acc: right / labels.length };
}

function largest(values: ArrayLike<number>, start: number, count: number): number {
  let best = 0;
  for (let i = 1; i < count; i++) if (values[start + i]! > values[start + best]!) best = i;
  return best;
}

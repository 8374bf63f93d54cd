/** How well a head does on features it was not trained on. */
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import { provenanceOf } from '../features/provenance';
import { baselineOf } from './baseline';
import { checkRows } from './check-rows';
import { checkOutput, checkSameClasses, classesOf } from './classes';
import { checkLabels, type Labels } from './labels';
import { checkRecipe, headNotes } from './notes';

/** Loss and accuracy of a head. */
export interface Score {
  /** Mean cross-entropy in nats. */
  loss: number;
  /** Share of right answers, 0..1. */
  acc: number;
}

/** A head's score, and what its accuracy has to be compared with. */
export interface Evaluation extends Score {
  /** Share of the largest class, 0..1: the accuracy of naming it always. */
  baseline: number;
  /** The name of that class, or its label where the class names are not known. */
  baselineClass: string;
}

/**
 * Loss and accuracy of a head on features and their labels, as Keras' `model.evaluate`, and the accuracy of always
 * naming the largest class.
 *
 * @param head from `buildHead`, `trainHead` or `loadHead`.
 * @param features float32 `[n, 4, 4, 512]` (the head's input shape).
 * @param labels one integer a row, 0 up to the number of classes less one.
 * @returns `loss` (mean cross-entropy in nats), `acc` and `baseline` (shares, 0..1), `baselineClass`.
 * @throws where rows and labels don't fit, or the features were made in another way, or of other classes, than those the
 *   head was trained on.
 */
export function evaluateHead(head: LayersModel, features: Tensor, labels: Labels): Evaluation {
  checkRows(head, features, 'evaluation');
  const [provenance, notes] = [provenanceOf(features), headNotes(head)];
  const classIndices = notes.classIndices ?? provenance?.classIndices;
  checkSameClasses(notes.classIndices, provenance?.classIndices, {
    where: 'the evaluation data',
    of: 'the head',
  });
  if (provenance && notes.recipe) checkRecipe(notes.recipe, provenance.recipe, 'the evaluation data');
  const classes = classesOf(head);
  checkOutput(head, { classes, classIndices });
  const values = checkLabels(labels, { features, name: 'evaluation', classes });
  const predictions = head.predict(features, { batchSize: 512 }) as Tensor;
  const score = evaluatePredictions(predictions, values);
  predictions.dispose();
  const { label, share } = baselineOf(values);
  const named = Object.entries(classIndices ?? {}).find(([, own]) => own === label)?.[0];
  return { ...score, baseline: share, baselineClass: named ?? String(label) };
}

/** Loss and accuracy of probabilities `[n, 1]` (of class 1) or `[n, classes]`. */
export function evaluatePredictions(predictions: Tensor, labels: Int32Array): Score {
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

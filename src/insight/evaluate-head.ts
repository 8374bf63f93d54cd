/** Evaluates a head on features that it was not trained on. */
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import { checkInteger, checkKeys, checkModel } from '../check';
import { np } from '../features/np';
import { baselineOf } from '../head/baseline';
import { checkEvaluation } from '../head/check-evaluation';
import { classNamesOf } from '../head/classes';
import { evaluatePredictions, predictedLabels, rowLosses } from '../head/evaluate-predictions';
import type { Labels } from '../head/labels';
import { probabilitiesOf } from '../head/probabilities';
import { resampleCounts } from '../numerics/bootstrap';
import { seededRandom } from '../random';
import { evaluatedPhotos, filesOf } from './evaluated-photo';
import { type Evaluation, withTable } from './evaluation';
import { figuresOf } from './figures';
import { classProbabilities } from './probabilities';

/** The options of `evaluateHead`. */
export interface EvaluateOptions {
  /** How often the photos are drawn again for the intervals of loss, Brier score, AUC and F1; 0 leaves them NaN. @default 1000 */
  resamples?: number;
  /** An integer that draws them. @default 1 */
  seed?: number;
}

/**
 * Computes loss and accuracy of a head on features and their labels, as Keras' `model.evaluate` does; precision, recall and
 * F1 of each class, Brier score and the area under the ROC curve, as scikit-learn does; 95% intervals of all these; and the
 * accuracy of always naming the largest class. A cell that ends in the result shows it as a table.
 *
 * @param head from `buildHead`, `trainHead` or `loadHead`.
 * @param features float32 `[n, 4, 4, 512]` (the head's input shape), or the path of their `.npy` file.
 * @param labels one integer per row, from 0 to the number of classes minus one.
 * @param options `resamples` (1000), `seed` (1): of the bootstrap. With hundreds of classes 1000 take seconds.
 * @returns `loss` (mean cross-entropy in nats), `acc` and `baseline` (fractions, 0..1), `baselineClass`, `brier`, `auc`,
 *   `perClass`, `intervals`, and `photos`: the prediction for each photo.
 * @throws LittleDataError where a weight or a feature is not a finite number, rows and labels do not fit, or the features were made in another way, or of other
 *   classes, than those that the head was trained on.
 * @example
 * ```ts
 * import { evaluateHead, labelsOf, loadHead, np } from 'little-data';
 * const features = await np.load('features.npy');
 * const head = await loadHead('head.h5', { features });
 * const { acc, baseline, intervals } = evaluateHead(head, features, labelsOf(features));
 * console.log(`${acc} (${intervals.acc}) against ${baseline}`);
 * ```
 */
export function evaluateHead(
  head: LayersModel,
  features: Tensor | string,
  labels: Labels,
  options: EvaluateOptions = {},
): Evaluation {
  checkKeys('evaluateHead', options, ['resamples', 'seed']);
  checkModel('head', head);
  const resamples = checkInteger('resamples', options.resamples ?? 1000, { min: 0, max: 1e6 });
  const seed = checkInteger('seed', options.seed ?? 1);
  if (typeof features !== 'string') return evaluate(head, features, labels, { resamples, seed });
  const loaded = np.load(features);
  try {
    return evaluate(head, loaded, labels, { resamples, seed });
  } finally {
    loaded.dispose();
  }
}

function evaluate(
  head: LayersModel,
  features: Tensor,
  labels: Labels,
  { resamples, seed }: Required<EvaluateOptions>,
): Evaluation {
  const { values, classes, classIndices } = checkEvaluation(head, features, { labels, name: 'evaluation' });
  const classNames = classNamesOf(classes, classIndices);
  const output = probabilitiesOf(head, features);
  const score = evaluatePredictions(output, values);
  const [predicted, losses] = [predictedLabels(output), rowLosses(output, values)];
  const probabilities = classProbabilities(output);
  const photos = evaluatedPhotos(output, { labels: values, classNames, files: filesOf(features, labels) });
  output.dispose();
  const figures = figuresOf(
    { labels: values, predicted, losses, probabilities, classNames },
    resampleCounts(values.length, { resamples, random: seededRandom(seed) }),
  );
  const { label, fraction } = baselineOf(values);
  return withTable({ ...score, baseline: fraction, baselineClass: classNames[label]!, ...figures, photos });
}

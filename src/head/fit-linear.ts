/** A linear head for few photos, fitted to its end. */
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import { checkInteger, checkKeys, problem, show } from '../check';
import { provenanceOf } from '../features/provenance';
import {
  type Coefficients,
  logisticRegression,
  logisticRegressions,
  lossAndErrors,
  outputsFor,
} from '../numerics/logistic-regression';
import { type Rows, rowsWhere } from '../numerics/rows';
import { stratifiedFolds } from '../numerics/stratified-folds';
import { tf } from '../tensorflow';
import { buildHead } from './build-head';
import { setHeadMetadata } from './head-metadata';
import { checkedLabels, fewestOf } from './labelled-rows';
import type { Labels } from './labels';

/** The options of `fitLinear`. */
export interface FitLinearOptions {
  /** How little weights are held back, scikit-learn's `C`: one number, or several of which cross-validation chooses. @default 1e-4 to 1e4 in ten steps */
  strength?: number | readonly number[];
  /** Into how many parts the rows are split to choose the strength. @default 5 */
  folds?: number;
  /** Draws the parts. @default 1 */
  seed?: number;
}

/** What `fitLinear` returns. */
export interface LinearHead {
  /** One `Dense` layer. The caller disposes it. */
  model: LayersModel;
  /** The strength that it has. */
  strength: number;
  /** For each strength that was tried: mean cross-entropy (nats) and accuracy (0..1) on the parts that were held out. */
  tried: { strength: number; loss: number; acc: number }[];
}

/**
 * Fits a head of one `Dense` layer (logistic regression) until nothing is left to gain. There are no epochs, no learning rate and no
 * chance in it: for few photos this is often the best head. How strongly weights are held back is chosen by cross-validation on
 * these rows alone; then all of them are used.
 *
 * @param features float32 `[n, ...]`, best pooled ones, `[n, 1280]`.
 * @param labels one integer per row, from 0 to the number of classes minus one.
 * @param options `strength`, `folds` (5), `seed` (1).
 * @returns the `model`, which predictions, `saveHead` and exports take as any head; its `strength`; and what was `tried`.
 * @throws LittleDataError where rows and labels do not fit each other, or a class has fewer rows than two.
 *
 * The minimum is that of scikit-learn's `LogisticRegression(C=strength)`.
 * @example
 * ```ts
 * import { fitLinear, labelsOf, np } from 'little-data';
 * const features = np.load('features.npy');
 * const { model, strength } = await fitLinear(features, labelsOf(features));
 * console.log(strength);
 * model.dispose();
 * ```
 */
export async function fitLinear(
  features: Tensor,
  labels: Labels,
  options: FitLinearOptions = {},
): Promise<LinearHead> {
  checkKeys('fitLinear', options, ['strength', 'folds', 'seed']);
  const strengths = strengthsOf(options.strength);
  const folds = checkInteger('folds', options.folds ?? 5, { min: 2 });
  const seed = checkInteger('seed', options.seed ?? 1);
  const checked = checkedLabels(features, labels, { name: 'train' });
  const { values, classes } = checked;
  const provenance = provenanceOf(features);
  const inputShape = features.shape.slice(1);
  const x = (await features.data()) as Float32Array;
  const rows: Rows = { x, labels: values, size: x.length / values.length };
  const parts = stratifiedFolds(values, { folds: Math.min(folds, fewestOf(checked)), seed });
  const tried = strengths.length > 1 ? crossValidate(rows, { classes, strengths, parts }) : [];
  const best = tried.reduce(
    (a, b) => (b.loss < a.loss ? b : a),
    tried[0] ?? { strength: strengths[0]!, loss: 0 },
  );
  const model = buildHead({ inputShape, classes, units: 0, seed });
  setCoefficients(model, logisticRegression(rows, { classes, strength: best.strength }), rows.size);
  setHeadMetadata(model, provenance ?? {});
  return { model, strength: best.strength, tried };
}

function strengthsOf(strength: FitLinearOptions['strength']): number[] {
  if (strength === undefined) return Array.from({ length: 10 }, (_, i) => 10 ** (-4 + (8 * i) / 9));
  const list = [strength].flat();
  if (list.length > 0 && list.every((value) => Number.isFinite(value) && value > 0))
    return [...list].sort((a, b) => a - b);
  throw problem({
    where: '`strength`',
    expected: 'a number above 0, or several',
    found: show(strength),
    next: 'Leave it out, and cross-validation chooses it.',
  });
}

function crossValidate(
  rows: Rows,
  { classes, strengths, parts }: { classes: number; strengths: readonly number[]; parts: Int32Array },
): LinearHead['tried'] {
  const tried = strengths.map((strength) => ({ strength, loss: 0, acc: 0 }));
  const n = rows.labels.length;
  for (const part of new Set(parts)) {
    const train = rowsWhere(rows, (row) => parts[row] !== part);
    const held = rowsWhere(rows, (row) => parts[row] === part);
    // Near enough for comparing losses.
    const fitted = logisticRegressions(train, { classes, strengths, tolerance: 1e-4 });
    for (const [i, one] of tried.entries()) {
      const { loss, errors } = lossAndErrors(held, { classes, coefficients: fitted[i]! });
      one.loss += loss / n;
      one.acc += countRight(held.labels, { errors, classes }) / n;
    }
  }
  return tried;
}

/** Errors are probabilities less what they should be. */
function countRight(
  labels: Int32Array,
  { errors, classes }: { errors: Float64Array; classes: number },
): number {
  const outputs = outputsFor(classes);
  return labels.filter((label, row) => {
    if (outputs === 1) return Math.abs(errors[row]!) < 0.5;
    const own = Array.from(
      errors.subarray(row * outputs, (row + 1) * outputs),
      (e, o) => e + (o === label ? 1 : 0),
    );
    return own.indexOf(Math.max(...own)) === label;
  }).length;
}

function setCoefficients(model: LayersModel, coefficients: Coefficients, size: number): void {
  const outputs = coefficients.length / (size + 1);
  const kernel = new Float32Array(size * outputs);
  for (let o = 0; o < outputs; o++)
    for (let k = 0; k < size; k++) kernel[k * outputs + o] = coefficients[o * (size + 1) + k]!;
  const bias = Float32Array.from({ length: outputs }, (_, o) => coefficients[o * (size + 1) + size]!);
  tf.tidy(() => model.setWeights([tf.tensor2d(kernel, [size, outputs]), tf.tensor1d(bias)]));
}

/** Whether more photos would help: the accuracy with some of them, and what that says of more. */
import type { Tensor } from '@tensorflow/tfjs-node';
import { checkInteger, checkKeys, checkNumber, problem, show } from '../check';
import { checkSameClasses } from '../head/classes';
import { fewestOf, labelledRows } from '../head/labelled-rows';
import type { Labels } from '../head/labels';
import { breathe, InterruptedError, interruptible } from '../notebook/interrupt';
import { progressBar } from '../notebook/progress-bar';
import { classLogits, logisticRegression } from '../numerics/logistic-regression';
import { type Rows, selectRows, spreadOf, standardize } from '../numerics/rows';
import { wilsonInterval } from '../numerics/wilson-interval';
import { showChart } from '../plots/chart';
import {
  type LearningCurvePoint,
  type PlottedLearningCurve,
  plotLearningCurve,
} from '../plots/plot-learning-curve';
import { permutation, seededRandom } from '../random';
import { tensorflowReady } from '../tensorflow';
import { type NeededPhotos, photosNeeded, type TriedSize } from './photos-needed';

/** Features with the label of each row. */
export interface LabelledFeatures {
  /** float32 `[n, ...]`. */
  features: Tensor;
  /** One integer per row. */
  labels: Labels;
}

/** The options of `learningCurve`. */
export interface LearningCurveOptions {
  /** The photos that the accuracy is measured on, and their labels. */
  validation: LabelledFeatures;
  /** Train photos per class to try. @default all of them, a half, a quarter, ... down to 5 */
  sizes?: readonly number[];
  /** How many subsets are drawn for each size. @default 5 */
  seeds?: number;
  /** Draws the subsets. @default 1 */
  seed?: number;
  /** The accuracy that is wanted, 0..1. @default 0.95 */
  target?: number;
  /** How little the weights are held back, as in `fitLinear`, but of standardised features. @default 0.1 */
  strength?: number;
  /** 0 shows nothing, 1 the progress and the chart. @default 1 */
  verbose?: number;
}

/** What `learningCurve` returns. */
export interface LearningCurve extends PlottedLearningCurve {
  points: LearningCurvePoint[];
  /** What the target needs; undefined where too few sizes were tried. */
  needed?: NeededPhotos;
}

/**
 * Says how many photos an accuracy needs. Logistic regressions are fitted on growing parts of the train photos, each part
 * stratified by class and within the next one, for several seeds; `error = a * n ** -b + c` with `c` of 0 or more is fitted to their
 * errors on the validation photos. The interval comes from a bootstrap over seeds and validation photos.
 *
 * @param features of the train photos, float32 `[n, ...]`; 4-D ones are averaged over height and width first.
 * @param labels one integer per row.
 * @param options `validation` (`{ features, labels }`), `sizes`, `seeds` (5), `seed` (1), `target` (0.95), `strength` (0.1), `verbose` (1).
 * @returns the `points` (accuracies, 0..1, by photos per class), the fitted `law`, the photos per class that are `needed`, and all that as a
 *   `sentence`; `plotLearningCurve` draws it.
 * @throws LittleDataError where rows and labels do not fit each other, or a size is larger than the train split; `InterruptedError`.
 *
 * Source of the law: Hestness et al. 2017, arXiv 1712.00409.
 * @example
 * ```ts
 * import { labelsOf, learningCurve, np } from 'little-data';
 * const features = np.load('features.npy');
 * const validation = { features, labels: labelsOf(features) };
 * const { sentence } = await learningCurve(features, labelsOf(features), { validation });
 * console.log(sentence);
 * ```
 */
export async function learningCurve(
  features: Tensor,
  labels: Labels,
  options: LearningCurveOptions,
): Promise<LearningCurve> {
  const known = ['validation', 'sizes', 'seeds', 'seed', 'target', 'strength', 'verbose'];
  checkKeys('learningCurve', options, known);
  const { seeds = 5, seed = 1, target = 0.95, strength = 0.1, verbose = 1 } = options;
  checkInteger('seeds', seeds, { min: 2, max: 100 });
  checkInteger('seed', seed);
  checkNumber('target', target, { min: 0.01, max: 0.999 });
  checkNumber('strength', strength, { min: Number.MIN_VALUE });
  checkKeys('validation', options.validation, ['features', 'labels']);
  await tensorflowReady();
  const { rows, classes, classIndices } = labelledRows(features, labels, { name: 'train' });
  const held = labelledRows(options.validation.features, options.validation.labels, { name: 'validation' });
  checkSameClasses(classIndices, held.classIndices, {
    where: 'the validation data',
    of: 'the train data',
  });
  checkWidth(rows, held.rows);
  fewestOf({ values: rows.labels, classes, classIndices });
  const most = rows.labels.length / classes;
  const sizes = sizesOf(options.sizes, most);
  const orders = Array.from({ length: seeds }, (_, i) =>
    permutation(rows.labels.length, seededRandom(seed, i)),
  );
  const task = { rows, held: held.rows, classes, strength };
  const progress = verbose ? progressBar(sizes.length * seeds, { unit: 'heads' }) : undefined;
  const tried: (TriedSize & { photos: number })[] = [];
  await interruptible(async (interrupted) => {
    for (const size of sizes) {
      const right: Uint8Array[] = [];
      let photos = 0;
      for (const order of orders) {
        const chosen = subsetOf(rows.labels, { order, fraction: size / most });
        photos = chosen.length;
        // All photos are the same ones for each seed.
        right.push(photos === rows.labels.length && right[0] ? right[0] : rightWith(chosen, task));
        progress?.update(tried.length * seeds + right.length);
        await breathe();
        if (interrupted())
          throw new InterruptedError('The learning curve was interrupted. Run the cell again.');
      }
      tried.push({ photosPerClass: size, photos, right });
    }
  });
  const needed = photosNeeded(tried, { target, seed });
  const curve: LearningCurve = { points: tried.map(pointOf), target, ...needed };
  if (verbose) {
    await showChart(plotLearningCurve(curve));
    console.log(curve.sentence);
  }
  return curve;
}

/** Which held-out rows a head is right about that has learned from the rows `chosen`. */
function rightWith(
  chosen: Int32Array,
  { rows, held, classes, strength }: { rows: Rows; held: Rows; classes: number; strength: number },
): Uint8Array {
  const own = selectRows(rows, chosen);
  const spread = spreadOf(own);
  const coefficients = logisticRegression(standardize(own, spread), { classes, strength });
  const logits = classLogits(standardize(held, spread), { classes, coefficients });
  return Uint8Array.from(held.labels, (label, row) => {
    const of = logits.subarray(row * classes, (row + 1) * classes);
    return Number(of.indexOf(Math.max(...of)) === label);
  });
}

/** The first rows of each class in this order, a fraction of them, and one at least. */
function subsetOf(
  labels: Int32Array,
  { order, fraction }: { order: Int32Array; fraction: number },
): Int32Array {
  const byClass = new Map<number, number[]>();
  for (const row of order) {
    const own = byClass.get(labels[row]!);
    if (own) own.push(row);
    else byClass.set(labels[row]!, [row]);
  }
  const chosen = [...byClass.values()].flatMap((own) =>
    own.slice(0, Math.max(1, Math.round(fraction * own.length))),
  );
  return Int32Array.from(chosen).sort();
}

function sizesOf(sizes: readonly number[] | undefined, most: number): number[] {
  if (sizes === undefined) {
    const halves = Array.from({ length: 30 }, (_, i) => Math.round(most / 2 ** i));
    return halves.filter((size, i) => i === 0 || size >= 5).reverse();
  }
  const list = Array.isArray(sizes) && sizes.length > 0 ? sizes : [Number.NaN];
  const wrong = list.find((size) => !(Number.isInteger(size) && size >= 1 && size <= Math.ceil(most)));
  if (wrong === undefined) return [...new Set(list)].sort((a, b) => a - b);
  throw problem({
    where: '`sizes`',
    expected: `numbers of train photos per class, up to ${Math.floor(most)}`,
    found: show(Number.isNaN(wrong) ? sizes : wrong),
    next: 'Leave it out, or pass e.g. `[10, 20, 50, 100]`.',
  });
}

function pointOf({ photosPerClass, photos, right }: TriedSize & { photos: number }): LearningCurvePoint {
  const n = right[0]!.length;
  const counts = right.map((own) => own.reduce((sum, value) => sum + value, 0));
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return {
    ...{ photosPerClass, photos, acc: mean / n, interval: wilsonInterval(mean, n) },
    accs: counts.map((count) => count / n),
  };
}

function checkWidth(rows: Rows, held: Rows): void {
  if (rows.size === held.size) return;
  throw problem({
    where: 'the validation data',
    expected: `features of ${rows.size} channels, as the train data has`,
    found: String(held.size),
    next: 'Make both with the same base.',
  });
}

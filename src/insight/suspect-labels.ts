/** Photos whose label is probably wrong. */

import type { Tensor } from '@tensorflow/tfjs-node';
import { checkInteger, checkKeys, checkNumber, problem, show } from '../check';
import { labelSource } from '../datasets/batches/label-source';
import { provenanceOf } from '../features/provenance';
import { classNamesOf } from '../head/classes';
import { fewestOf, labelledRows } from '../head/labelled-rows';
import type { Labels } from '../head/labels';
import { breathe, InterruptedError, interruptible } from '../notebook/interrupt';
import { confidentLearning } from '../numerics/confident-learning';
import { classLogits, logisticRegression } from '../numerics/logistic-regression';
import { type Rows, rowsWhere, spreadOf, standardize } from '../numerics/rows';
import { softmax } from '../numerics/softmax';
import { stratifiedFolds } from '../numerics/stratified-folds';

/** The options of `suspectLabels`. */
export interface SuspectLabelsOptions {
  /** Into how many parts the rows are split; each is predicted by a head that has learned from the others. @default 5 */
  folds?: number;
  /** One integer per row: rows of one number stay in one part, such as copies of one photo. @default each row for itself */
  groups?: ArrayLike<number>;
  /** Draws the parts. @default 1 */
  seed?: number;
  /** How little the weights are held back, as in `fitLinear`, but of standardised features. @default 0.1 */
  strength?: number;
}

/** A photo whose label is probably wrong. */
export interface SuspectLabel {
  /** The row of the features. */
  row: number;
  /** The photo below the folder of the generator; undefined where it is not known. */
  filename?: string;
  /** The class of its label. */
  className: string;
  /** The class that it probably is. */
  suggestedClass: string;
  /** The probability of its label, 0..1, by a head that has not seen it. */
  probability: number;
  /** That of the suggested class. */
  suggestedProbability: number;
  /** The probability of its label minus that of the likeliest other class, -1..1: the smaller, the more suspect. */
  margin: number;
}

/** What `suspectLabels` returns. */
export interface SuspectLabels {
  /** The most suspect first. */
  suspects: SuspectLabel[];
  /** The classes in the order of their labels. */
  classNames: string[];
  /** `joint[i][j]`: photos with the label i that are probably of class j. */
  joint: number[][];
  /** The folder of the photos, where the labels are those of a generator. Absolute. */
  directory?: string;
}

/**
 * Finds photos whose label is probably wrong, by confident learning: logistic regressions predict each photo without having seen
 * it, and a photo is suspect where they are as sure of another class as they are on average of photos with that label.
 *
 * @param features float32 `[n, ...]`; 4-D ones are averaged over height and width first.
 * @param labels one integer per row; best `generator.classes`, by which `reviewLabels` finds the photos.
 * @param options `folds` (5), `groups`, `seed` (1), `strength` (0.1).
 * @returns the `suspects`, the most suspect first, and how often each class is taken for each other one (`joint`).
 * @throws LittleDataError where rows and labels do not fit each other, or a class has fewer rows than two; `InterruptedError`.
 *
 * Source: Northcutt, Jiang and Chuang 2021, arXiv 1911.00068.
 * @example
 * ```ts
 * import { labelsOf, np, suspectLabels } from 'little-data';
 * const features = np.load('features.npy');
 * const { suspects } = await suspectLabels(features, labelsOf(features));
 * for (const { filename, suggestedClass } of suspects) console.log(filename, suggestedClass);
 * ```
 */
export async function suspectLabels(
  features: Tensor,
  labels: Labels,
  options: SuspectLabelsOptions = {},
): Promise<SuspectLabels> {
  checkKeys('suspectLabels', options, ['folds', 'groups', 'seed', 'strength']);
  const seed = checkInteger('seed', options.seed ?? 1);
  const strength = checkNumber('strength', options.strength ?? 0.1, { min: Number.MIN_VALUE });
  const { rows, classes, classIndices } = labelledRows(features, labels, { name: 'train' });
  const fewest = fewestOf({ values: rows.labels, classes, classIndices });
  const folds = Math.min(checkInteger('folds', options.folds ?? 5, { min: 2 }), fewest);
  const groups = checkGroups(options.groups, rows.labels.length);
  const parts = stratifiedFolds(rows.labels, { folds, seed, groups });
  const probabilities = await heldOutProbabilities(rows, { parts, classes, strength });
  const { joint, suspects } = confidentLearning(probabilities, { labels: rows.labels, classes });
  const classNames = classNamesOf(classes, classIndices);
  const { directory, filenames = provenanceOf(features)?.filenames } = labelSource(labels) ?? {};
  return {
    ...{ classNames, joint, ...(directory && { directory }) },
    suspects: suspects.map(({ row, suggested, margin }) => {
      const label = rows.labels[row]!;
      return {
        ...{ row, ...(filenames && { filename: filenames[row]! }), margin },
        ...{ className: classNames[label]!, suggestedClass: classNames[suggested]! },
        probability: probabilities[row * classes + label]!,
        suggestedProbability: probabilities[row * classes + suggested]!,
      };
    }),
  };
}

/** For each row the probabilities by a head that has learned from the other parts alone. */
async function heldOutProbabilities(
  rows: Rows,
  { parts, classes, strength }: { parts: Int32Array; classes: number; strength: number },
): Promise<Float64Array> {
  const probabilities = new Float64Array(rows.labels.length * classes);
  await interruptible(async (interrupted) => {
    for (const part of new Set(parts)) {
      const train = rowsWhere(rows, (row) => parts[row] !== part);
      const spread = spreadOf(train);
      const coefficients = logisticRegression(standardize(train, spread), { classes, strength });
      const held = standardize(
        rowsWhere(rows, (row) => parts[row] === part),
        spread,
      );
      const own = softmax(classLogits(held, { classes, coefficients }), { classes });
      let from = 0;
      for (const [row, other] of parts.entries())
        if (other === part) {
          probabilities.set(own.subarray(from, from + classes), row * classes);
          from += classes;
        }
      await breathe();
      if (interrupted())
        throw new InterruptedError('The search for wrong labels was interrupted. Run the cell again.');
    }
  });
  return probabilities;
}

function checkGroups(groups: ArrayLike<number> | undefined, rows: number): ArrayLike<number> | undefined {
  if (groups === undefined) return undefined;
  const fits = typeof groups === 'object' && groups?.length === rows;
  if (fits && Array.prototype.every.call(groups, Number.isInteger)) return groups;
  throw problem({
    where: '`groups`',
    expected: `an integer for each of ${rows} rows`,
    found: fits ? show(Array.from(groups)) : `${groups?.length ?? show(groups)}`,
    next: 'Give copies of one photo the same number, and each other row one of its own.',
  });
}

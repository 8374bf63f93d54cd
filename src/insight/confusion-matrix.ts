/** Which classes a head takes for which. */
import type { Tensor } from '@tensorflow/tfjs-node';
import { checkKeys, checkNames, problem, show } from '../check';
import { type Labels, labelValues } from '../head/labels';
import { tf } from '../tensorflow';
import { type EvaluatedPhoto, evaluatedPhotos, photosOf } from './evaluated-photo';
import type { Evaluation } from './evaluation';
import { withGallery } from './show-evaluated';

/** The options of `confusionMatrix` for predictions. */
export interface ConfusionOptions {
  /** The names of the classes in the order of their labels. @default '0', '1', ... */
  classNames?: readonly string[];
  /** The paths of the photos, in the order of the rows. @default none */
  files?: readonly string[];
}

/** Photos of one class that are predicted as another. */
export interface ConfusedPair {
  /** The class that the photos are of. */
  trueClass: string;
  /** The class that they are predicted as. */
  predictedClass: string;
  /** How many photos. */
  count: number;
  /** Their fraction of all photos of the true class, 0..1. */
  fraction: number;
}

/** How many photos of each class are predicted as which. */
export interface ConfusionMatrix {
  /** The classes in the order of their labels. */
  classNames: string[];
  /** `counts[i][j]`: how many photos of class i are predicted as class j. */
  counts: number[][];
  /** The same as fractions of the photos of class i, 0..1; NaN where there are none. */
  fractions: number[][];
  /** The classes that are confused, most photos first. */
  pairs: ConfusedPair[];
  /**
   * The photos behind a cell, surest prediction first. A cell of the notebook that ends in them shows them.
   * @param trueClass the class that they are of.
   * @param predictedClass the class that they are predicted as.
   * @throws LittleDataError where there is no such class.
   */
  photos(trueClass: string, predictedClass: string): EvaluatedPhoto[];
}

/**
 * Counts which classes a head takes for which. `plotConfusion` draws it, `showConfusion` shows it with the photos.
 *
 * @param evaluated what `evaluateHead` gave; or predictions of any model: probabilities `[n, 1]` (of class 1) or `[n, classes]`.
 * @param labels with predictions: one integer per row.
 * @param options with predictions: `classNames`, `files`.
 * @returns counts, fractions, and the confused pairs: plain data; `photos(trueClass, predictedClass)` gives those of a cell.
 * @throws LittleDataError where rows, labels and names do not fit.
 * @example
 * ```ts
 * import { confusionMatrix, evaluateHead, labelsOf, loadHead, np } from 'little-data';
 * const features = np.load('features.npy');
 * const evaluation = evaluateHead(await loadHead('head.h5'), features, labelsOf(features));
 * const { counts, pairs } = confusionMatrix(evaluation);
 * console.log(counts, pairs[0]);
 * ```
 */
export function confusionMatrix(
  evaluated: Evaluation | Tensor,
  labels: Labels = [],
  options: ConfusionOptions = {},
): ConfusionMatrix {
  checkKeys('confusionMatrix', options, ['classNames', 'files']);
  if (evaluated instanceof tf.Tensor) return matrixOf(photosIn(evaluated, labels, options));
  const photos = photosOf(evaluated);
  return matrixOf({ photos, classNames: evaluated.perClass.map(({ className }) => className) });
}

interface Evaluated {
  photos: readonly EvaluatedPhoto[];
  classNames: string[];
}

function matrixOf({ photos, classNames }: Evaluated): ConfusionMatrix {
  const places = new Map(classNames.map((name, place) => [name, place]));
  const counts = classNames.map(() => classNames.map(() => 0));
  for (const { trueClass, predictedClass } of photos)
    counts[places.get(trueClass)!]![places.get(predictedClass)!]!++;
  const fractions = counts.map((row) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    return row.map((count) => count / total);
  });
  const pairs = counts.flatMap((row, i) =>
    row.flatMap((count, j): ConfusedPair[] =>
      i === j || count === 0
        ? []
        : [
            {
              ...{ trueClass: classNames[i]!, predictedClass: classNames[j]! },
              ...{ count, fraction: fractions[i]![j]! },
            },
          ],
    ),
  );
  pairs.sort((a, b) => b.count - a.count || b.fraction - a.fraction);
  return {
    ...{ classNames, counts, fractions, pairs },
    photos(trueClass, predictedClass) {
      for (const name of [trueClass, predictedClass]) checkClass(name, classNames);
      const own = photos.filter(
        (photo) => photo.trueClass === trueClass && photo.predictedClass === predictedClass,
      );
      return withGallery(own.sort((a, b) => b.probability - a.probability));
    },
  };
}

function checkClass(name: string, classNames: readonly string[]): void {
  if (classNames.includes(name)) return;
  throw problem({
    where: 'photos of a confusion matrix',
    expected: `one of the classes ${classNames.slice(0, 10).join(', ')}${classNames.length > 10 ? ', ...' : ''}`,
    found: show(name),
    next: 'Pass the true and the predicted class by their names.',
  });
}

function photosIn(predictions: Tensor, labels: Labels, { classNames, files }: ConfusionOptions): Evaluated {
  const [rows, columns = 0] = predictions.shape as number[];
  const classes = Math.max(2, columns);
  const names = classNames ?? Array.from({ length: classes }, (_, label) => String(label));
  checkNames('classNames', names);
  const values = labelValues(labels);
  const found = [predictions.shape.length, values.length, names.length, files?.length ?? rows];
  if (String(found) !== String([2, rows, classes, rows]) || Array.from(values).some((label) => !names[label]))
    throw problem({
      where: 'confusionMatrix',
      expected: 'predictions [n, 1] or [n, classes], a label for each row and a name for each label',
      found: `predictions [${predictions.shape.join(', ')}], ${values.length} labels up to ${largest(values)}, ${names.length} names, ${files?.length ?? 'no'} files`,
      next: 'Take all of them from one list of photos.',
    });
  return {
    photos: evaluatedPhotos(predictions, { labels: values, classNames: names, files }),
    classNames: [...names],
  };
}

function largest(values: ArrayLike<number>): number {
  return Array.from(values).reduce((most, value) => Math.max(most, value), 0);
}

/** Labels of features: one integer per row, checked against the rows. */
import type { Tensor } from '@tensorflow/tfjs-node';
import { problem, show } from '../check';
import { labelSource } from '../datasets/batches/label-source';
import { provenanceOf } from '../features/provenance';
import { tf } from '../tensorflow';
import { checkSamePhotos } from './stale-features';

/** One integer per row, 0 for the first class: an array, a typed array, or a tensor `[n]` or `[n, 1]`. */
export type Labels = ArrayLike<number> | Tensor;

/**
 * The labels as int32, one for each row of `features`.
 * @throws where their number differs from the rows', one is not an integer from 0 to `classes - 1`, or they are not
 *   those of the photos that the features were computed from.
 */
export function checkLabels(
  labels: Labels,
  { features, name, classes }: { features: Tensor; name: string; classes: number },
): Int32Array {
  const values = labelValues(labels);
  checkSamePhotos(labels, { features, name });
  const rows = features.shape[0]!;
  if (values.length !== rows) {
    throw problem({
      where: `the labels of the ${name} data`,
      expected: `${rows}, one for each row of features [${features.shape.join(', ')}]`,
      found: String(values.length),
      next: 'Take both from one list of photos: `generator.classes` after predictGenerator, or `labelsOf(features)`.',
    });
  }
  const wrong = Array.prototype.findIndex.call(values, (v) => !Number.isInteger(v) || v < 0 || v >= classes);
  if (wrong !== -1) {
    throw problem({
      where: `the labels of the ${name} data`,
      expected: `integers from 0 to ${classes - 1} for a head of ${classes} classes`,
      found: `${show(values[wrong])} at row ${wrong}`,
      next: 'Build a head with as many classes as the photos have, or correct the labels.',
    });
  }
  checkAgainstPhotos(values, { features, name, changedSince: labelSource(labels) !== undefined });
  return Int32Array.from(values);
}

/**
 * Labels as an array-like of what was passed, each not yet checked.
 * @throws LittleDataError where it is not a list.
 */
export function labelValues(labels: Labels): ArrayLike<number> {
  if (labels instanceof tf.Tensor) return labels.dataSync();
  if (typeof labels === 'object' && Number.isInteger(labels?.length)) return labels;
  throw problem({
    where: 'the labels',
    expected: 'a list of integers, one per row of the features',
    found: show(labels),
    next: 'Pass `labelsOf(features)`, or an array such as [0, 0, 1].',
  });
}

/**
 * The labels of the photos that features were computed from.
 *
 * @param features from `predictGenerator`, or from `np.load` of a file with its metadata beside it.
 * @returns one integer per row, 0 for the first class by name.
 * @throws LittleDataError where nothing is known of the features.
 * @example
 * ```ts
 * import { labelsOf, np } from 'little-data';
 * console.log(labelsOf(np.load('features.npy')));
 * ```
 */
export function labelsOf(features: Tensor): number[] {
  const provenance = provenanceOf(features);
  if (provenance) return [...provenance.labels];
  throw problem({
    where: '`features`',
    expected: 'features from predictGenerator, or loaded with the metadata (.npy.json) beside their file',
    found: 'a tensor that nothing is known about',
    next: "Take the labels from the generator's `classes`.",
  });
}

function checkAgainstPhotos(
  values: ArrayLike<number>,
  { features, name, changedSince }: { features: Tensor; name: string; changedSince: boolean },
): void {
  const provenance = provenanceOf(features);
  const differs = provenance ? provenance.labels.findIndex((label, row) => label !== values[row]) : -1;
  if (!provenance || differs === -1) return;
  throw problem({
    where: `the labels of the ${name} data, row ${differs} (${provenance.filenames[differs]})`,
    expected: `${provenance.labels[differs]}, the label ${changedSince ? 'that it had when the features were made' : "of the photo's folder"}`,
    found: show(values[differs]),
    next: changedSince
      ? 'Run the cell with predictGenerator() again, and those below it that load its file: only labels are new.'
      : 'Pass `labelsOf(features)`, or `generator.classes` of the generator that the features came from.',
  });
}

/** Features with their labels, checked, as rows for the numerics. */
import type { Tensor } from '@tensorflow/tfjs-node';
import { problem } from '../check';
import { pooledRows } from '../features/pooled-rows';
import { provenanceOf } from '../features/provenance';
import type { Rows } from '../numerics/rows';
import { countsOf } from './baseline';
import { checkFinite, checkRows } from './check-rows';
import { type ClassIndices, classWord } from './classes';
import { checkLabels, type Labels, labelValues } from './labels';

/** Labels that fit their rows. */
export interface CheckedLabels {
  values: Int32Array;
  /** How many classes there are, two or more. */
  classes: number;
  classIndices?: ClassIndices;
}

/**
 * The labels of features, which are finite, and how many classes they are of: those that the photos' generator had, or up to the
 * largest label.
 * @throws LittleDataError where rows and labels do not fit each other; `name` says which data.
 */
export function checkedLabels(features: Tensor, labels: Labels, { name }: { name: string }): CheckedLabels {
  checkRows(features, { name });
  checkFinite(features, name);
  const classIndices = provenanceOf(features)?.classIndices;
  const largest = Array.from(labelValues(labels)).reduce((a, b) => Math.max(a, b), 1);
  const classes = Math.max(2, Object.keys(classIndices ?? {}).length || largest + 1);
  return { values: checkLabels(labels, { features, name, classes }), classes, classIndices };
}

/** Pooled features with their labels, and what is known of the classes. @throws as `checkedLabels`. */
export function labelledRows(
  features: Tensor,
  labels: Labels,
  { name }: { name: string },
): Omit<CheckedLabels, 'values'> & { rows: Rows } {
  const { values, ...known } = checkedLabels(features, labels, { name });
  return { ...known, rows: pooledRows(features, values) };
}

/** How many rows the smallest class has. @throws LittleDataError where it has fewer than two. */
export function fewestOf({ values, classes, classIndices }: CheckedLabels): number {
  const found = countsOf(values);
  const counts = Array.from({ length: classes }, (_, label) => found[label] ?? 0);
  const least = Math.min(...counts);
  if (least >= 2) return least;
  throw problem({
    where: 'the labels of the train data',
    expected: 'two rows or more of each class',
    found: `${least} of ${classWord(counts.indexOf(least), classIndices)}`,
    next: 'Add photos of it, or leave the class out.',
  });
}

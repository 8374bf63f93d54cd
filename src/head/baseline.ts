/** The accuracy to compare with: that of always naming the largest class. */
import { type ClassIndices, classWord } from './classes';

/** The largest class and its fraction of the labels, 0..1. */
export interface Baseline {
  label: number;
  fraction: number;
}

/** The accuracy of always naming the largest class; among equally large ones, the first. */
export function baselineOf(labels: Int32Array): Baseline {
  const counts = countsOf(labels);
  let best = 0;
  for (const [label, count] of counts.entries()) if (count > counts[best]!) best = label;
  return { label: best, fraction: (counts[best] ?? 0) / labels.length };
}

/** `always saying 'dogs' would be right in 50.1%`. */
export function baselineWords(labels: Int32Array, classIndices?: ClassIndices): string {
  const { label, fraction } = baselineOf(labels);
  return `always saying ${classWord(label, classIndices)} would be right in ${(fraction * 100).toFixed(1)}%`;
}

/**
 * The entropy of the labels in nats: the mean cross-entropy of a head that knows how frequent each class is and nothing
 * about the photos. A head with the same prediction for every row has no smaller loss (Gibbs' inequality). `weights`: what
 * each row's loss is multiplied by.
 */
export function entropyOf(labels: Int32Array, weights?: ArrayLike<number>): number {
  const fractions = countsOf(labels).map(() => 0);
  for (const [row, label] of labels.entries()) fractions[label]! += (weights?.[row] ?? 1) / labels.length;
  const total = fractions.reduce((sum, p) => sum + p, 0);
  return fractions.reduce((sum, p) => (p > 0 ? sum - p * Math.log(p / total) : sum), 0);
}

/** The number of rows of each label, 0 for a label without rows. */
export function countsOf(labels: Int32Array): number[] {
  const counts: number[] = [];
  for (const label of labels) {
    while (counts.length <= label) counts.push(0);
    counts[label]!++;
  }
  return counts;
}

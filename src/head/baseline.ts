/** What an accuracy has to be compared with: always naming the largest class. */
import { type ClassIndices, classWord } from './classes';

/** The largest class and its share of the labels, 0..1. */
export interface Baseline {
  label: number;
  share: number;
}

/** The accuracy of always naming the largest class; of several as large ones, the first. */
export function baselineOf(labels: Int32Array): Baseline {
  const counts = countsOf(labels);
  let best = 0;
  for (const [label, count] of counts.entries()) if (count > counts[best]!) best = label;
  return { label: best, share: (counts[best] ?? 0) / labels.length };
}

/** `always saying 'dogs' would be right in 50.1%`. */
export function baselineWords(labels: Int32Array, classIndices?: ClassIndices): string {
  const { label, share } = baselineOf(labels);
  return `always saying ${classWord(label, classIndices)} would be right in ${(share * 100).toFixed(1)}%`;
}

/**
 * The mean cross-entropy, in nats, of a head that knows the classes' shares and nothing of the photos: the entropy of the
 * labels. No head that gives the same answer for every row has a smaller loss (Gibbs' inequality).
 */
export function entropyOf(labels: Int32Array): number {
  const shares = countsOf(labels).map((count) => count / labels.length);
  return shares.reduce((sum, share) => (share > 0 ? sum - share * Math.log(share) : sum), 0);
}

/** How many rows each label has, 0 for those in between that have none. */
export function countsOf(labels: Int32Array): number[] {
  const counts: number[] = [];
  for (const label of labels) {
    while (counts.length <= label) counts.push(0);
    counts[label]!++;
  }
  return counts;
}

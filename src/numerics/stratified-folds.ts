/** Parts of rows for cross-validation. */
import { permutation, seededRandom } from '../random';

/** The options of `stratifiedFolds`. */
export interface FoldOptions {
  folds: number;
  /** Draws the parts. */
  seed: number;
  /** One number per row: rows of one number are in one part, such as copies of one photo. @default each row for itself */
  groups?: ArrayLike<number>;
}

/** For each row the part that it is held out in, 0 to `folds - 1`: of each class as many in each part. */
export function stratifiedFolds(labels: Int32Array, { folds, seed, groups }: FoldOptions): Int32Array {
  const parts = new Int32Array(labels.length);
  const members = new Map<number, number[]>();
  for (const row of permutation(labels.length, seededRandom(seed))) {
    const group = groups ? groups[row]! : row;
    const own = members.get(group);
    if (own) own.push(row);
    else members.set(group, [row]);
  }
  const taken = new Map<number, number[]>();
  for (const rows of members.values()) {
    const label = labels[rows[0]!]!;
    const counts = taken.get(label) ?? Array.from({ length: folds }, () => 0);
    const part = counts.indexOf(Math.min(...counts));
    counts[part]! += rows.length;
    taken.set(label, counts);
    for (const row of rows) parts[row] = part;
  }
  return parts;
}

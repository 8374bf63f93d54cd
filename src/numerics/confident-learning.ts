/** Which labels are probably wrong, by what a classifier that has not seen the row says of it. */

/** A row whose label is probably wrong. */
export interface SuspectRow {
  row: number;
  /** The class that it probably is. */
  suggested: number;
  /** Probability of the label minus that of the likeliest other class, -1..1. */
  margin: number;
}

/** What `confidentLearning` returns. */
export interface ConfidentLearning {
  /** For each class the mean probability of it over the rows with its label; 0 for a class without rows. */
  thresholds: number[];
  /** `joint[i][j]`: rows with the label i that are probably of class j. */
  joint: number[][];
  /** The rows off the diagonal of `joint`, the most suspect first. */
  suspects: SuspectRow[];
}

/**
 * Confident learning: a row is counted as class j where its probability of j is at least the mean over the rows labelled j; of
 * several such classes the likeliest counts. Rows counted as another class than their label are suspect, ranked by their margin.
 *
 * @param probabilities of rows that were held out, `n` times `classes`, row by row.
 *
 * Source: Northcutt, Jiang and Chuang 2021, arXiv 1911.00068, sections 3.1 and 3.2.
 */
export function confidentLearning(
  probabilities: ArrayLike<number>,
  { labels, classes }: { labels: Int32Array; classes: number },
): ConfidentLearning {
  const p = (row: number, k: number) => probabilities[row * classes + k]!;
  const all = Array.from({ length: classes }, (_, k) => k);
  const thresholds = all.map((k) => {
    const own = Array.from(labels.keys()).filter((row) => labels[row] === k);
    return own.length === 0 ? 0 : own.reduce((sum, row) => sum + p(row, k), 0) / own.length;
  });
  const present = all.filter((k) => thresholds[k]! > 0);
  const likeliest = (row: number, among: readonly number[]) =>
    among.reduce((best, k) => (p(row, k) > p(row, best) ? k : best), among[0]!);
  const joint = all.map(() => all.map(() => 0));
  const suspects: SuspectRow[] = [];
  for (const [row, label] of labels.entries()) {
    const confident = present.filter((k) => p(row, k) >= thresholds[k]!);
    if (confident.length === 0) continue;
    const suggested = likeliest(row, confident);
    joint[label]![suggested]!++;
    if (suggested === label) continue;
    const other = likeliest(
      row,
      all.filter((k) => k !== label),
    );
    suspects.push({ row, suggested, margin: p(row, label) - p(row, other) });
  }
  suspects.sort((a, b) => a.margin - b.margin || a.row - b.row);
  return { thresholds, joint, suspects };
}

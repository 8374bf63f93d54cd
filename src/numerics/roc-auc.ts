/** How well a score tells one class from the others. */

/** Rows by their score, and where those of one class stand. */
export interface Ranking {
  /** The rows, lowest score first. */
  order: Int32Array;
  /** The rows of the class. */
  own: Int32Array;
  /** For each of these, the places `from` (first) and `to` (after the last) of the rows with the same score. */
  from: Int32Array;
  to: Int32Array;
}

/** Ranks the rows once, so that the figure can be computed for many resamples of them. `isOwn`: whether a row is of the class. */
export function rankingOf(scores: ArrayLike<number>, isOwn: (row: number) => boolean): Ranking {
  const n = scores.length;
  const order = Int32Array.from({ length: n }, (_, row) => row).sort((a, b) => scores[a]! - scores[b]!);
  const [first, after] = [new Int32Array(n), new Int32Array(n)];
  const same = (one: number, other: number) => scores[order[one]!] === scores[order[other]!];
  for (let at = 0; at < n; at++) first[order[at]!] = at > 0 && same(at, at - 1) ? first[order[at - 1]!]! : at;
  for (let at = n - 1; at >= 0; at--)
    after[order[at]!] = at < n - 1 && same(at, at + 1) ? after[order[at + 1]!]! : at + 1;
  const own = order.filter(isOwn);
  return { order, own, from: own.map((row) => first[row]!), to: own.map((row) => after[row]!) };
}

/**
 * The area under the ROC curve: how often a row of the class has a higher score than another row; ties count half. By the
 * sum of mid-ranks (Mann and Whitney 1947, doi 10.1214/aoms/1177730491).
 *
 * @param counts how often each row counts.
 * @returns 0..1; NaN where there are no rows of the class, or no others.
 */
export function rocAuc({ order, own, from, to }: Ranking, counts: Int32Array): number {
  const below = new Int32Array(order.length + 1);
  for (let at = 0; at < order.length; at++) below[at + 1] = below[at]! + counts[order[at]!]!;
  let [positives, ranks] = [0, 0];
  for (let i = 0; i < own.length; i++) {
    const times = counts[own[i]!]!;
    positives += times;
    ranks += (times * (below[from[i]!]! + below[to[i]!]!)) / 2;
  }
  // Each pair within the class is in the sum once, as a win or as two halves.
  const wins = ranks - positives ** 2 / 2;
  return wins / (positives * (below[order.length]! - positives));
}

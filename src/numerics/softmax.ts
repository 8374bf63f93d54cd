/** Probabilities of logits, and what they cost. Logits are `n` times `classes`, row by row; of a sigmoid they are 0 and its sum. */

/** What logits are divided by, and what they are of. */
export interface LogitsOptions {
  classes: number;
  /** What the logits are divided by. @default 1 */
  temperature?: number;
}

/** The probability of each class, row by row: `n` times `classes`. */
export function softmax(
  logits: ArrayLike<number>,
  { classes, temperature = 1 }: LogitsOptions,
): Float64Array {
  const probabilities = Float64Array.from(logits, (z) => z / temperature);
  for (let from = 0; from < probabilities.length; from += classes) {
    const own = probabilities.subarray(from, from + classes);
    const most = own.reduce((a, b) => Math.max(a, b));
    const total = own.reduce((sum, z) => sum + Math.exp(z - most), 0);
    for (const [k, z] of own.entries()) own[k] = Math.exp(z - most) / total;
  }
  return probabilities;
}

/** The mean cross-entropy in nats. */
export function crossEntropy(
  logits: ArrayLike<number>,
  { labels, classes, temperature = 1 }: LogitsOptions & { labels: ArrayLike<number> },
): number {
  let sum = 0;
  for (let row = 0; row < labels.length; row++) {
    const own = Array.from({ length: classes }, (_, k) => logits[row * classes + k]! / temperature);
    const most = Math.max(...own);
    sum += most + Math.log(own.reduce((total, z) => total + Math.exp(z - most), 0)) - own[labels[row]!]!;
  }
  return sum / labels.length;
}

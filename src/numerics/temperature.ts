/** Temperature scaling: how much too sure a classifier is. */
import { softmax } from './softmax';

/** Temperatures beyond these say that the rows don't determine one: all of them are right, or none tells anything. */
export const temperatureRange = [0.01, 100] as const;

/**
 * The temperature by which logits are divided so that their mean cross-entropy is smallest. It is convex in 1 / temperature, so
 * the slope has one zero, which is found by halving to the last digits.
 *
 * Source: Guo et al. 2017, arXiv 1706.04599.
 */
export function fitTemperature(
  logits: ArrayLike<number>,
  { labels, classes }: { labels: ArrayLike<number>; classes: number },
): number {
  let [low, high] = temperatureRange.map(Math.log) as [number, number];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    // Colder makes what is right more probable: the zero lies there.
    if (slope(logits, { labels, classes, temperature: Math.exp(middle) }) <= 0) high = middle;
    else low = middle;
  }
  return Math.exp((low + high) / 2);
}

/** The slope of the summed cross-entropy over 1 / temperature. */
function slope(
  logits: ArrayLike<number>,
  options: { labels: ArrayLike<number>; classes: number; temperature: number },
): number {
  const { labels, classes } = options;
  const probabilities = softmax(logits, options);
  let sum = 0;
  for (let row = 0; row < labels.length; row++) {
    const from = row * classes;
    for (let k = 0; k < classes; k++) sum += probabilities[from + k]! * logits[from + k]!;
    sum -= logits[from + labels[row]!]!;
  }
  return sum;
}

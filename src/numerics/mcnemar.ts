/** Whether two heads differ that were evaluated on the same photos. */
import { z95 } from './wilson-interval';

/** What McNemar's test says of two lists of right and wrong predictions for the same photos. */
export interface PairedComparison {
  /** Photos that only the first run predicts right. */
  onlyFirst: number;
  /** Photos that only the second run predicts right. */
  onlySecond: number;
  /** All photos. */
  n: number;
  /** Accuracy of the second minus that of the first, -1..1. */
  difference: number;
  /** Its 95% interval (Agresti and Min 2005, doi 10.1002/sim.1781: half a photo is added to each of the four cells). */
  interval: [number, number];
  /** Two-sided exact p (McNemar 1947, by the binomial distribution): how often equal heads differ at least so much. */
  p: number;
}

/** Compares two lists, one value for each photo, in the same order. */
export function mcnemar(first: readonly boolean[], second: readonly boolean[]): PairedComparison {
  const n = first.length;
  const onlyFirst = first.filter((right, i) => right && !second[i]).length;
  const onlySecond = second.filter((right, i) => right && !first[i]).length;
  const [b, c, all] = [onlyFirst + 0.5, onlySecond + 0.5, n + 2];
  const centre = (c - b) / all;
  const half = (z95 * Math.sqrt(b + c - (c - b) ** 2 / all)) / all;
  return {
    ...{ onlyFirst, onlySecond, n, difference: (onlySecond - onlyFirst) / n },
    interval: [Math.max(-1, centre - half), Math.min(1, centre + half)],
    p: binomialTwoSided(Math.min(onlyFirst, onlySecond), onlyFirst + onlySecond),
  };
}

/** Twice the probability of at most `k` heads in `n` throws of a coin, at most 1. */
function binomialTwoSided(k: number, n: number): number {
  // By logarithms: 2 ** n is beyond a double from some thousand photos on.
  let [logTerm, sum] = [-n * Math.LN2, 0];
  for (let i = 0; i <= k; i++) {
    sum += Math.exp(logTerm);
    logTerm += Math.log(n - i) - Math.log(i + 1);
  }
  return Math.min(1, 2 * sum);
}

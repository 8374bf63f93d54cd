/** Logistic regression with an L2 penalty, for two classes or many. */
import { lbfgs, type Objective } from './lbfgs';
import { type Rows, spreadOf, standardize } from './rows';

/** Weights of each output, and its bias behind them: `outputs` times `size + 1`. One output for two classes, else one per class. */
export type Coefficients = Float64Array;

/** How many outputs tell `classes` apart. */
export function outputsFor(classes: number): number {
  return classes === 2 ? 1 : classes;
}

/** Where no part of the gradient of the mean loss is larger, the search ends. */
const exact = 1e-7;

/**
 * The coefficients that make `strength * (sum of the cross-entropies) + |weights|^2 / 2` smallest: scikit-learn's
 * `LogisticRegression(C=strength)`. The biases are not penalized.
 *
 * @param start where the search begins: those of a neighbouring strength make it short.
 */
export function logisticRegression(
  rows: Rows,
  { classes, strength, start }: { classes: number; strength: number; start?: Coefficients },
): Coefficients {
  return logisticRegressions(rows, { classes, strengths: [strength], start })[0]!;
}

/**
 * The same for several strengths, each search beginning where the one before it ended.
 *
 * @param tolerance where no part of the gradient of the mean loss is larger, a search ends.
 */
export function logisticRegressions(
  rows: Rows,
  {
    classes,
    strengths,
    start,
    tolerance = exact,
  }: { classes: number; strengths: readonly number[]; start?: Coefficients; tolerance?: number },
): Coefficients[] {
  const { size, labels } = rows;
  const outputs = outputsFor(classes);
  const width = size + 1;
  const { means, spreads } = spreadOf(rows);
  const centred = standardize(rows, { means, spreads });
  let from = start ? changed(start, (w, k) => w * spreads[k]!, 1) : new Float64Array(outputs * width);
  return strengths.map((strength) => {
    // Per row, so that the tolerance means the same for few and for many.
    const weight = 1 / (strength * labels.length);
    // The search is in centred features whose second derivatives are about 1, where it is short: those of the loss are at most 1/4 where
    // the features have one spread, and the penalty, which stays that of the weights themselves, adds its own.
    const scales = Float64Array.from({ length: outputs * width }, (_, at) => {
      const spread = spreads[at % width];
      return Math.sqrt(0.25 + (spread === undefined ? 0 : weight / spread ** 2));
    });
    const scaled = from.map((value, at) => value * scales[at]!);
    const found = lbfgs(objective(weight, scales), scaled, { tolerance, iterations: 500 });
    from = found.map((value, at) => value / scales[at]!);
    return changed(from, (w, k) => w / spreads[k]!, -1);
  });

  function objective(weight: number, scales: Float64Array): Objective {
    return (scaled, gradient) => {
      const coefficients = scaled.map((value, at) => value / scales[at]!);
      const { loss, errors } = lossAndErrors(centred, { classes, coefficients });
      let penalty = 0;
      for (let o = 0; o < outputs; o++) {
        const from = o * width;
        for (let k = 0; k < size; k++) {
          const value = coefficients[from + k]! / spreads[k]!;
          penalty += value * value;
          gradient[from + k] = (weight * value) / spreads[k]!;
        }
        gradient[from + size] = 0;
        for (let row = 0; row < labels.length; row++) {
          const error = errors[row * outputs + o]! / labels.length;
          if (error === 0) continue;
          for (let k = 0, at = row * size; k < size; k++, at++) gradient[from + k]! += error * centred.x[at]!;
          gradient[from + size]! += error;
        }
      }
      for (let at = 0; at < gradient.length; at++) gradient[at]! /= scales[at]!;
      return loss / labels.length + (weight * penalty) / 2;
    };
  }

  /** Weights and biases of the other features: a bias moves by what the means make of the weights. */
  function changed(
    coefficients: Coefficients,
    change: (weight: number, k: number) => number,
    sign: 1 | -1,
  ): Coefficients {
    const result = new Float64Array(coefficients.length);
    for (let o = 0; o < outputs; o++) {
      let moved = coefficients[o * width + size]!;
      for (let k = 0; k < size; k++) {
        const own = coefficients[o * width + k]!;
        result[o * width + k] = change(own, k);
        moved += sign * means[k]! * (sign === 1 ? own : result[o * width + k]!);
      }
      result[o * width + size] = moved;
    }
    return result;
  }
}

/** The sum of the cross-entropies, and for each row and output the probability less what it should be. */
export function lossAndErrors(
  rows: Rows,
  { classes, coefficients }: { classes: number; coefficients: Coefficients },
): { loss: number; errors: Float64Array } {
  const outputs = outputsFor(classes);
  const errors = linearSums(rows, coefficients);
  let loss = 0;
  for (const [row, label] of rows.labels.entries()) {
    const own = errors.subarray(row * outputs, (row + 1) * outputs);
    if (outputs === 1) {
      const z = own[0]!;
      loss += Math.max(z, 0) - label * z + Math.log1p(Math.exp(-Math.abs(z)));
      own[0] = 1 / (1 + Math.exp(-z)) - label;
    } else {
      const most = own.reduce((a, b) => Math.max(a, b));
      const total = own.reduce((sum, z) => sum + Math.exp(z - most), 0);
      loss += most + Math.log(total) - own[label]!;
      for (let o = 0; o < outputs; o++) own[o] = Math.exp(own[o]! - most) / total - (o === label ? 1 : 0);
    }
  }
  return { loss, errors };
}

/** The logit of each class, row by row: `n` times `classes`. Of two classes the first has 0. */
export function classLogits(
  rows: Rows,
  { classes, coefficients }: { classes: number; coefficients: Coefficients },
): Float64Array {
  const sums = linearSums(rows, coefficients);
  if (outputsFor(classes) > 1) return sums;
  return Float64Array.from({ length: 2 * sums.length }, (_, at) => (at % 2 ? sums[(at - 1) / 2]! : 0));
}

/** Weighted sums and biases: for each row one number per output. */
function linearSums({ x, labels, size }: Rows, coefficients: Coefficients): Float64Array {
  const outputs = coefficients.length / (size + 1);
  const sums = new Float64Array(labels.length * outputs);
  for (let row = 0; row < labels.length; row++)
    for (let o = 0; o < outputs; o++) {
      const from = o * (size + 1);
      sums[row * outputs + o] = coefficients[from + size]! + product(coefficients, from, x, row * size, size);
    }
  return sums;
}

/** The sum of `a[i + k] * b[j + k]` for k below `count`. Four sums at once: one alone waits for each addition (0.4 times as fast). */
function product(a: Float64Array, i: number, b: Float32Array, j: number, count: number): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  let k = 0;
  for (; k + 3 < count; k += 4) {
    s0 += a[i + k]! * b[j + k]!;
    s1 += a[i + k + 1]! * b[j + k + 1]!;
    s2 += a[i + k + 2]! * b[j + k + 2]!;
    s3 += a[i + k + 3]! * b[j + k + 3]!;
  }
  for (; k < count; k++) s0 += a[i + k]! * b[j + k]!;
  return s0 + s1 + (s2 + s3);
}

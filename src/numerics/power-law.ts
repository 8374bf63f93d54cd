/** How the error falls with the number of photos: `a * n ** -b + c`. */
import { minimizeScalar } from './minimize-scalar';

/** `error = a * n ** -b + c`, none of them negative. */
export interface PowerLaw {
  /** The error that more photos remove, at one photo. */
  a: number;
  /** How fast the error falls. */
  b: number;
  /** What is left of the error with photos without end. */
  c: number;
}

/** An error that was measured with `n` photos, and its standard deviation. */
export interface MeasuredError {
  n: number;
  error: number;
  sigma: number;
}

/** The range of `b` that is searched: below it the curve is flat, above it is a step. */
const slowest = 0.01;
const fastest = 5;

/**
 * The power law of least squares, each error weighted by `1 / sigma ** 2`, with `a`, `b` and `c` of 0 or more: SciPy's
 * `curve_fit(..., sigma=sigma, bounds=([0, 0.01, 0], [inf, 5, inf]))`. For a given `b` the best `a` and `c` are known at once, so only
 * `b` is searched.
 */
export function fitPowerLaw(points: readonly MeasuredError[]): PowerLaw {
  const rest = (logB: number) => linearPart(points, Math.exp(logB)).rest;
  const steps = 40;
  const [low, high] = [Math.log(slowest), Math.log(fastest)];
  const at = (i: number) => low + ((high - low) * Math.min(steps, Math.max(0, i))) / steps;
  // Steps first: there may be several minima.
  let best = 0;
  for (let i = 1; i <= steps; i++) if (rest(at(i)) < rest(at(best))) best = i;
  const b = Math.exp(minimizeScalar(rest, [at(best - 1), at(best + 1)]));
  const { a, c } = linearPart(points, b);
  return { a, b, c };
}

/** The error that the law expects with `n` photos. */
export function errorAt({ a, b, c }: PowerLaw, n: number): number {
  return a * n ** -b + c;
}

/** How many photos the law needs for an error; `Infinity` where no number is enough. */
export function photosFor({ a, b, c }: PowerLaw, error: number): number {
  if (error <= c) return Number.POSITIVE_INFINITY;
  return (a / (error - c)) ** (1 / b);
}

/** The best `a` and `c` of 0 or more for a given `b`, and the weighted sum of squares that they leave. */
function linearPart(points: readonly MeasuredError[], b: number): { a: number; c: number; rest: number } {
  let [w, wx, wy, wxx, wxy] = [0, 0, 0, 0, 0];
  for (const { n, error, sigma } of points) {
    const [x, weight] = [n ** -b, 1 / sigma ** 2];
    w += weight;
    wx += weight * x;
    wy += weight * error;
    wxx += weight * x * x;
    wxy += weight * x * error;
  }
  const inside = w * wxx - wx * wx;
  let a = inside > 0 ? (w * wxy - wx * wy) / inside : 0;
  let c = (wy - a * wx) / w;
  if (a < 0) [a, c] = [0, wy / w];
  if (c < 0) [a, c] = [wxy / wxx, 0];
  const rest = points.reduce((sum, { n, error, sigma }) => sum + ((a * n ** -b + c - error) / sigma) ** 2, 0);
  return { a, c, rest };
}

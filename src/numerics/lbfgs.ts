/** L-BFGS: finds the minimum of a smooth function by its gradients. */

/** A function's value at `x`; it writes the gradient there into `gradient`. */
export type Objective = (x: Float64Array, gradient: Float64Array) => number;

/** How many steps are remembered. */
const memory = 10;

/**
 * The minimum of a convex function.
 *
 * @param objective the function.
 * @param start where the search begins; it is left as it is.
 * @param options `tolerance`: the search ends where no part of the gradient is larger; `iterations`: the most steps.
 * @returns the place.
 *
 * Source: Nocedal and Wright, Numerical Optimization, 2nd edition, algorithms 7.4 and 7.5, with steps that are halved until
 * Armijo's condition (3.4) holds.
 */
export function lbfgs(
  objective: Objective,
  start: Float64Array,
  { tolerance, iterations }: { tolerance: number; iterations: number },
): Float64Array {
  let x = Float64Array.from(start);
  let gradient = new Float64Array(x.length);
  let value = objective(x, gradient);
  const steps: { s: Float64Array; y: Float64Array; rho: number }[] = [];
  for (let i = 0; i < iterations && largest(gradient) > tolerance; i++) {
    const direction = twoLoops(gradient, steps);
    const slope = dot(direction, gradient);
    let [next, nextGradient, nextValue] = [x, gradient, value];
    let size = steps.length > 0 ? 1 : Math.min(1, 1 / Math.sqrt(dot(gradient, gradient)));
    for (let tries = 0; tries < 40; tries++, size /= 2) {
      next = x.map((value_, k) => value_ + size * direction[k]!);
      nextGradient = new Float64Array(x.length);
      nextValue = objective(next, nextGradient);
      if (nextValue <= value + 1e-4 * size * slope) break;
    }
    // Rounding hides what is still to be gained.
    if (!(nextValue < value)) break;
    const s = next.map((value_, k) => value_ - x[k]!);
    const y = nextGradient.map((value_, k) => value_ - gradient[k]!);
    const curvature = dot(s, y);
    if (curvature > 0) steps.push({ s, y, rho: 1 / curvature });
    if (steps.length > memory) steps.shift();
    [x, gradient, value] = [next, nextGradient, nextValue];
  }
  return x;
}

/** Minus the gradient, times what the steps tell of the inverse of the second derivatives. */
function twoLoops(
  gradient: Float64Array,
  steps: readonly { s: Float64Array; y: Float64Array; rho: number }[],
): Float64Array {
  const q = gradient.map((value) => -value);
  const alphas: number[] = [];
  for (const { s, y, rho } of [...steps].reverse()) {
    const alpha = rho * dot(s, q);
    alphas.push(alpha);
    for (let k = 0; k < q.length; k++) q[k]! -= alpha * y[k]!;
  }
  const last = steps.at(-1);
  if (last) {
    const scale = 1 / (last.rho * dot(last.y, last.y));
    for (let k = 0; k < q.length; k++) q[k]! *= scale;
  }
  for (const { s, y, rho } of steps) {
    const beta = alphas.pop()! - rho * dot(y, q);
    for (let k = 0; k < q.length; k++) q[k]! += beta * s[k]!;
  }
  return q;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!;
  return sum;
}

function largest(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

/** The minimum of a function of one number. */

const golden = (Math.sqrt(5) - 1) / 2;

/**
 * The place between `low` and `high` where `value` is smallest, by golden section (Kiefer 1953, doi 10.2307/2032161). Where it
 * has several minima there, the one it finds is one of them.
 */
export function minimizeScalar(value: (x: number) => number, [low, high]: readonly [number, number]): number {
  let [a, b] = [low, high];
  let [left, right] = [b - golden * (b - a), a + golden * (b - a)];
  let [atLeft, atRight] = [value(left), value(right)];
  // Rounding hides anything narrower.
  while (b - a > 1e-9 * (Math.abs(a) + Math.abs(b))) {
    if (atLeft < atRight) {
      [b, right, atRight] = [right, left, atLeft];
      left = b - golden * (b - a);
      atLeft = value(left);
    } else {
      [a, left, atLeft] = [left, right, atRight];
      right = a + golden * (b - a);
      atRight = value(right);
    }
  }
  return (a + b) / 2;
}

/** How sure a fraction is that was counted on few photos. */

/** The 97.5th percentile of the normal distribution: 95% lie within it on both sides. */
export const z95 = 1.959963984540054;

/**
 * The 95% interval of a fraction, by Wilson (1927, doi 10.1080/01621459.1927.10502953): unlike p +- 2 s it holds for few photos and near 0 and 1.
 * @param right how many of `n` were right.
 * @returns `[low, high]`, 0..1.
 */
export function wilsonInterval(right: number, n: number): [number, number] {
  const [p, z2] = [right / n, z95 * z95];
  const centre = (p + z2 / (2 * n)) / (1 + z2 / n);
  const half = (z95 * Math.sqrt((p * (1 - p)) / n + z2 / (4 * n * n))) / (1 + z2 / n);
  // At both ends the interval ends exactly there; rounding must not push it over.
  return [right === 0 ? 0 : centre - half, right === n ? 1 : centre + half];
}

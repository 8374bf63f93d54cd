/** How far features are from those that were wanted. */

/**
 * The largest difference of `found` from `wanted`, in proportion to the largest of `wanted`; the largest number there is where there is no
 * such proportion: other lengths, or values that are no numbers.
 */
export function differenceOf(found: Float32Array, wanted: Float32Array): number {
  const largest = (values: Iterable<number>) => {
    let most = 0;
    for (const value of values) most = Math.max(most, Math.abs(value));
    return most;
  };
  const size = largest(wanted);
  const difference = largest(found.map((value, i) => value - wanted[i]!));
  const proportion = difference === 0 ? 0 : difference / size;
  return Number.isFinite(proportion) && found.length === wanted.length ? proportion : Number.MAX_VALUE;
}

/** The value below which a fraction of the numbers lies. */

/**
 * The quantile `q`, 0..1, of numbers in any order, interpolated between neighbours as NumPy's `quantile` does. `Infinity` may be among them.
 */
export function quantile(values: ArrayLike<number>, q: number): number {
  const sorted = Float64Array.from(values).sort();
  const place = q * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
  return low === high ? low : low + (place % 1) * (high - low);
}

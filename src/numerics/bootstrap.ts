/** How sure a figure is that no formula gives an interval for: it is computed again for photos drawn with replacement. */
import type { Random } from '../random';

/** `resamples` times: how often each of `n` rows was drawn in `n` draws with replacement. The array is used again each time. */
export function* resampleCounts(
  n: number,
  { resamples, random }: { resamples: number; random: Random },
): Generator<Int32Array> {
  const counts = new Int32Array(n);
  for (let i = 0; i < resamples; i++) {
    counts.fill(0);
    for (let draw = 0; draw < n; draw++) counts[Math.floor(random() * n)]!++;
    yield counts;
  }
}

/**
 * The 95% percentile interval of each figure (Efron 1979, doi 10.1214/aos/1176344552).
 *
 * @param figures gives the figures for rows that count so often. One that is NaN is left out of its own interval.
 * @param counts how often each row counts, resample by resample.
 * @returns `[low, high]` for each figure; NaN where no resample has it.
 */
export function bootstrapIntervals(
  figures: (counts: Int32Array) => readonly number[],
  counts: Iterable<Int32Array>,
): [number, number][] {
  const found: number[][] = [];
  for (const own of counts)
    for (const [i, value] of figures(own).entries()) {
      found[i] ??= [];
      if (!Number.isNaN(value)) found[i].push(value);
    }
  return found.map((values) => {
    const sorted = Float64Array.from(values).sort();
    return [quantile(sorted, 0.025), quantile(sorted, 0.975)];
  });
}

/** A quantile of sorted numbers, between two of them by a straight line, as NumPy's default; NaN of none. */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  if (sorted.length === 0) return Number.NaN;
  const at = q * (sorted.length - 1);
  const below = Math.floor(at);
  const [low, high] = [sorted[below]!, sorted[Math.min(below + 1, sorted.length - 1)]!];
  return low + (high - low) * (at - below);
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bootstrapIntervals, quantile, resampleCounts } from '../../src/numerics/bootstrap';
import { seededRandom } from '../../src/random';

test("quantile() has NumPy's percentiles", () => {
  const sorted = [1, 1, 2, 3, 4, 5, 6, 9];
  // NumPy 2.4.6: np.percentile([3, 1, 4, 1, 5, 9, 2, 6], [2.5, 97.5])
  assert.ok(Math.abs(quantile(sorted, 0.025) - 1) < 1e-12);
  assert.ok(Math.abs(quantile(sorted, 0.975) - 8.475) < 1e-12);
  assert.ok(Number.isNaN(quantile([], 0.5)));
});

test('resampleCounts() draws n of n rows with replacement, the same ones for the same seed', () => {
  const draw = (seed: number) =>
    [...resampleCounts(50, { resamples: 20, random: seededRandom(seed) })].map((counts) => counts.slice());
  const sums = [...resampleCounts(50, { resamples: 20, random: seededRandom(1) })].map((counts) =>
    counts.reduce((sum, count) => sum + count, 0),
  );
  assert.deepEqual(
    sums,
    Array.from({ length: 20 }, () => 50),
  );
  assert.deepEqual(draw(1), draw(1));
  assert.notDeepEqual(draw(1), draw(2));
});

test('bootstrapIntervals() is about as wide as the formula for a mean', () => {
  const values = Array.from({ length: 400 }, (_, i) => i % 2);
  const mean = (counts: Int32Array) => [
    counts.reduce((sum, count, row) => sum + count * values[row]!, 0) / 400,
  ];
  const [[low, high]] = bootstrapIntervals(
    mean,
    resampleCounts(400, { resamples: 2000, random: seededRandom(3) }),
  ) as [[number, number]];
  // 0.5 -+ 1.96 * sqrt(0.25 / 400); 2,000 resamples leave about 0.002 of chance.
  assert.ok(Math.abs(low - 0.451) < 0.006, String(low));
  assert.ok(Math.abs(high - 0.549) < 0.006, String(high));
});

test('bootstrapIntervals() leaves out resamples without a figure', () => {
  const figures = [Number.NaN, 2, 2];
  const counts = figures.map(() => new Int32Array(1));
  let next = 0;
  assert.deepEqual(
    bootstrapIntervals(() => [figures[next++]!], counts),
    [[2, 2]],
  );
});

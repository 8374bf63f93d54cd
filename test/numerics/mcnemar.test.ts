import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mcnemar } from '../../src/numerics/mcnemar';

/** Two lists with so many photos that only the first, and only the second, has right. */
function lists(onlyFirst: number, onlySecond: number, n: number): [boolean[], boolean[]] {
  const first = Array.from({ length: n }, (_, i) => i < onlyFirst || i >= onlyFirst + onlySecond);
  return [first, Array.from({ length: n }, (_, i) => i >= onlyFirst)];
}

test('mcnemar() has the exact p of the binomial distribution', () => {
  // Source: Python, fractions.Fraction and math.comb, twice the sum of the smaller tail.
  for (const [b, c, p] of [
    [5, 15, 0.04138946533203125],
    [20, 31, 0.16077960181198847],
    [0, 3, 0.25],
    [700, 820, 0.002260528308299194],
  ] as const) {
    const found = mcnemar(...lists(b, c, 2000));
    assert.deepEqual([found.onlyFirst, found.onlySecond], [b, c]);
    assert.ok(Math.abs(found.p / p - 1) < 1e-9, `${found.p}`);
  }
  assert.equal(mcnemar([true, false], [true, false]).p, 1);
});

test('mcnemar() has the interval of Agresti and Min', () => {
  // Source: Python, the formula of the article with z by statistics.NormalDist.
  const { interval, difference } = mcnemar(...lists(20, 31, 802));
  const expected = [-0.0038719328355693583, 0.03123511691517135];
  for (const [i, end] of expected.entries()) assert.ok(Math.abs(interval[i]! - end) < 1e-12);
  assert.equal(difference, 11 / 802);
});

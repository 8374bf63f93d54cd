import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wilsonInterval } from '../../src/numerics/wilson-interval';

test('wilsonInterval() solves the equation that defines it', () => {
  // Source: Python, the roots p of |p - right / n| = z sqrt(p (1 - p) / n), z by statistics.NormalDist.
  const expected: [number, number, [number, number]][] = [
    [713, 802, [0.8654073219076711, 0.9089385412515545]],
    [45, 50, [0.7863976856252038, 0.9565242350681092]],
    [0, 10, [0, 0.27753279986288915]],
    [10, 10, [0.7224672001371111, 1]],
  ];
  for (const [right, n, interval] of expected)
    for (const [i, end] of wilsonInterval(right, n).entries())
      assert.ok(Math.abs(end - interval[i]!) < 1e-12, `${right} of ${n}: ${end}`);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lbfgs } from '../../src/numerics/lbfgs';

test('lbfgs() finds the minimum of a quadratic function of very different slopes', () => {
  const [scales, at] = [
    [1, 10, 1000],
    [3, -2, 0.5],
  ];
  let calls = 0;
  const found = lbfgs(
    (x, gradient) => {
      calls++;
      let value = 0;
      for (const [i, scale] of scales!.entries()) {
        const away = x[i]! - at![i]!;
        value += (scale * away * away) / 2;
        gradient[i] = scale * away;
      }
      return value;
    },
    new Float64Array(3),
    { tolerance: 1e-9, iterations: 100 },
  );
  for (const [i, expected] of at!.entries()) assert.ok(Math.abs(found[i]! - expected) < 1e-8, `${found}`);
  assert.ok(calls < 60, String(calls));
});

test("lbfgs() goes along Rosenbrock's valley", () => {
  const found = lbfgs(
    ([x, y], gradient) => {
      const [a, b] = [1 - x!, y! - x! * x!];
      gradient[0] = -2 * a - 400 * x! * b;
      gradient[1] = 200 * b;
      return a * a + 100 * b * b;
    },
    Float64Array.of(-1.2, 1),
    { tolerance: 1e-8, iterations: 500 },
  );
  assert.ok(Math.abs(found[0]! - 1) < 1e-6 && Math.abs(found[1]! - 1) < 1e-6, `${found}`);
});

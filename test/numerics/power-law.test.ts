import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorAt, fitPowerLaw, photosFor } from '../../src/numerics/power-law';
import { close, references } from './references';

test("fitPowerLaw() has the law of SciPy's curve_fit", () => {
  for (const { a, b, c, law, rest } of references.powerLaws) {
    const points = [8, 16, 31, 63, 125, 250, 500].map((n) => ({
      ...{ n, error: a * n ** -b + c + 0.003 * Math.sin(n * 7.7) },
      sigma: 0.004 + 0.05 / Math.sqrt(n),
    }));
    const found = fitPowerLaw(points);
    for (const [i, name] of (['a', 'b', 'c'] as const).entries()) close(found[name], law[i]!, 1e-4);
    const own = points.reduce(
      (sum, { n, error, sigma }) => sum + ((errorAt(found, n) - error) / sigma) ** 2,
      0,
    );
    assert.ok(own <= rest + 1e-9, `${own} is more than ${rest}`);
  }
});

test('photosFor() turns the law around, and no number is enough for less than what is left', () => {
  const law = { a: 0.5, b: 0.5, c: 0.02 };
  close(photosFor(law, errorAt(law, 640)), 640, 1e-6);
  assert.equal(photosFor(law, 0.02), Number.POSITIVE_INFINITY);
});

test('fitPowerLaw() does not rise, whatever the errors do', () => {
  const rising = [0.1, 0.2, 0.3].map((error, i) => ({ n: 10 * 2 ** i, error, sigma: 0.01 }));
  const { a, c } = fitPowerLaw(rising);
  assert.equal(a, 0);
  close(c, 0.2, 1e-12);
});

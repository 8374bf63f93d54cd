import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { comparedPicture, greySide, pictureCorrelation } from '../../src/numerics/picture-correlation';

/** By `picture-correlation.py` with NumPy 2.4.6. */
const { pairs }: { pairs: { seeds: [number, number]; correlation: number }[] } = JSON.parse(
  fs.readFileSync(path.join(__dirname, 'picture-correlation.json'), 'utf8'),
);

/** Numbers that `picture-correlation.py` makes too. */
function picture(seed: number): number[] {
  return Array.from({ length: greySide ** 2 }, (_, i) => {
    const [x, y] = [i % greySide, Math.floor(i / greySide)];
    return Math.floor(
      127 + 60 * Math.sin(x * (0.11 + seed * 0.03) + seed) + 60 * Math.cos(y * 0.17 - x * 0.05 * seed),
    );
  });
}

const mirrored = (grey: number[]) =>
  grey.map((_, i) => grey[i - (i % greySide) + greySide - 1 - (i % greySide)]!);

describe('pictureCorrelation()', () => {
  for (const { seeds, correlation } of pairs)
    test(`has NumPy's correlation of the pictures ${seeds.join(' and ')}`, () => {
      const [a, b] = seeds.map((seed) => comparedPicture(picture(seed)));
      // The parts are kept as float32.
      assert.ok(Math.abs(pictureCorrelation(a!, b!) - correlation) < 1e-5);
      assert.equal(pictureCorrelation(a!, b!), pictureCorrelation(b!, a!));
    });

  test('sees through a mirror', () => {
    const [a, b] = [comparedPicture(picture(2)), comparedPicture(mirrored(picture(2)))];
    assert.ok(pictureCorrelation(a, b) > 0.99999);
  });

  test('says nothing of pictures of one grey', () => {
    const flat = comparedPicture(picture(1).map(() => 77));
    assert.equal(pictureCorrelation(flat, flat), 0);
  });
});

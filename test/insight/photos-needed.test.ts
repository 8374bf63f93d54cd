import assert from 'node:assert/strict';
import { test } from 'node:test';
import { photosNeeded, type TriedSize } from '../../src/insight/photos-needed';
import { seededRandom } from '../../src/random';

/** What five seeds get right of `photos` photos, where the error is `error(n)`. The same photos are the hard ones for each size. */
function tried(sizes: readonly number[], error: (n: number) => number, photos = 1000): TriedSize[] {
  return sizes.map((photosPerClass) => ({
    photosPerClass,
    right: [1, 2, 3, 4, 5].map((seed) => {
      const random = seededRandom(seed, photosPerClass);
      return Uint8Array.from({ length: photos }, (_, i) =>
        Number((i + 0.5) / photos >= error(photosPerClass) * (0.9 + 0.2 * random())),
      );
    }),
  }));
}
const sizes = [10, 20, 40, 80, 160, 320];

test('photosNeeded() finds the law behind the errors, and what an accuracy needs by it', () => {
  const { law, needed, sentence } = photosNeeded(
    tried(sizes, (n) => 0.9 * n ** -0.5, 4000),
    { target: 0.96, seed: 1 },
  );
  // 0.04 = 0.9 / sqrt(506).
  assert.ok(Math.abs(needed!.photosPerClass - 506) < 50, JSON.stringify(needed));
  assert.ok(needed!.interval[0] < 506 && needed!.interval[1] > 506, JSON.stringify(needed));
  assert.ok(Math.abs(law!.b - 0.5) < 0.1, JSON.stringify(law));
  assert.match(sentence, /^96% needs about [\d,]+ photos per class \([\d,]+ to [\d,]+\)\.$/);
});

test('photosNeeded() does not tell what lies beyond the asymptote', () => {
  const { needed, sentence } = photosNeeded(
    tried(sizes, (n) => 0.1 + 0.8 * n ** -0.9),
    { target: 0.95, seed: 1 },
  );
  assert.equal(needed!.photosPerClass, Number.POSITIVE_INFINITY);
  assert.match(sentence, /can't be told from this: the curve levels off at (89|90|91)/);
});

test('photosNeeded() does not tell where many laws fit as well', () => {
  const few = tried(sizes, (n) => 0.05 + 0.3 * n ** -0.5, 30);
  assert.match(photosNeeded(few, { target: 0.94, seed: 1 }).sentence, /can't be told from this/);
  const three = tried([10, 20, 40], (n) => n ** -0.5);
  assert.equal(photosNeeded(three, { target: 0.95, seed: 1 }).law, undefined);
});

test('photosNeeded() says where fewer would do than were tried', () => {
  const { sentence } = photosNeeded(
    tried(sizes, (n) => 0.3 / n),
    { target: 0.9, seed: 1 },
  );
  assert.match(sentence, /90% needs fewer than 10 photos per class/);
});

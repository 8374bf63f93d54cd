import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { checkFractions, splitByFraction } from '../../../src/datasets/split/by-fraction';
import type { SplitPhoto } from '../../../src/datasets/split/split-source';
import { putPhotos, temporaryFolder } from '../folders';

let dir: string;
beforeEach(() => {
  dir = temporaryFolder('fraction');
});
afterEach(() => fs.rmSync(dir, { recursive: true, force: true }));

/** Photos in a class folder, each of other bytes, counted from `first`. */
function made(className: string, count: number, first: number): SplitPhoto[] {
  const names = Array.from({ length: count }, (_, i) => `${className}/${i}.png`);
  putPhotos(dir, names, first);
  return names.map((filename) => ({
    className,
    filename,
    file: path.join(dir, filename),
    within: path.basename(filename),
  }));
}

const fractions = { validation: 0.25, test: 0.25, seed: 1 };
const quiet = { verbose: 0 };
const splitsOf = ({ placed }: Awaited<ReturnType<typeof splitByFraction>>) =>
  new Map(placed.map(({ photo, split }) => [photo.filename, split]));

test('splitByFraction() gives a photo the same split whatever photos are beside it', async () => {
  const some = made('a', 60, 0);
  const more = [...some, ...made('b', 60, 100)];
  const [before, after] = [
    await splitByFraction(some, fractions, quiet),
    await splitByFraction(more, fractions, quiet),
  ];
  const now = splitsOf(after);
  for (const [filename, split] of splitsOf(before)) assert.equal(now.get(filename), split, filename);
  const count = (wanted: string) => [...now.values()].filter((split) => split === wanted).length;
  // Of 120 photos, a quarter each: within four standard deviations of 30.
  for (const split of ['validation', 'test'])
    assert(Math.abs(count(split) - 30) < 19, `${split}: ${count(split)}`);
});

test('splitByFraction() keeps copies and groups together, and joins groups that share a copy', async () => {
  const photos = [...made('a', 30, 0), ...made('b', 30, 0)];
  const copies = splitsOf(await splitByFraction(photos, fractions, quiet));
  for (let i = 0; i < 30; i++) assert.equal(copies.get(`a/${i}.png`), copies.get(`b/${i}.png`));
  const groupBy = (filename: string) => filename.slice(0, 3);
  const grouped = await splitByFraction(photos, { ...fractions, groupBy }, quiet);
  const splits = splitsOf(grouped);
  for (const one of photos)
    for (const other of photos)
      if (groupBy(one.filename) === groupBy(other.filename))
        assert.equal(splits.get(one.filename), splits.get(other.filename));
  assert.equal(grouped.duplicates.length, 30);
});

test('checkFractions() refuses fractions that leave nothing to train on', () => {
  checkFractions(fractions);
  for (const wrong of [
    { validation: 0, test: 0 },
    { validation: 0.5, test: 0.5 },
    { validation: -0.1, test: 0.5 },
    { validation: Number.NaN, test: 0 },
  ])
    assert.throws(() => checkFractions({ ...wrong, seed: 1 }), /validation/);
  assert.throws(() => checkFractions({ ...fractions, seed: undefined as never }), /seed/);
});

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import sharp from 'sharp';
import { leakage } from '../../../src/insight/duplicates/leakage';
import type { PhotoFeatures } from '../../../src/insight/duplicates/photo-rows';
import { temporaryFolder } from '../../datasets/folders';
import { evaluated } from '../evaluated';
import { colourFeatures, smoothPictures } from './planted';

let dir: string;
let train: PhotoFeatures;
let validation: PhotoFeatures;
before(async () => {
  dir = temporaryFolder('leakage');
  const files = await smoothPictures(path.join(dir, 'train'), 12);
  const others = await smoothPictures(path.join(dir, 'validation'), 4, 2);
  await sharp(files[3]).jpeg().toFile(path.join(dir, 'twin.jpg'));
  others.push(path.join(dir, 'twin.jpg'));
  train = { features: await colourFeatures(files), files };
  validation = { features: await colourFeatures(others), files: others };
});
after(() => fs.rmSync(dir, { recursive: true }));

describe('leakage()', () => {
  test('counts the validation photos with a twin, and gives the accuracy without them', async () => {
    const photos = evaluated(['b', 'a', 'a', 'a', 'a'].map((own) => ['a', own, 0.9] as const));
    const found = await leakage(train, validation, { evaluation: { photos }, verbose: 0 });
    assert.deepEqual([found.photos, found.fraction, found.acc, found.accWithout], [5, 0.2, 0.8, 0.75]);
    assert.deepEqual(
      found.twins.map(({ split, row }) => [split, row]),
      [['validation', 4]],
    );
    // SciPy 1.17.1: binomtest(3, 4).proportion_ci(method='wilson')
    const [low, high] = found.interval!;
    assert.ok(Math.abs(low - 0.30064184258240184) < 1e-9 && Math.abs(high - 0.9544127391902995) < 1e-9);
  });

  test('takes photos that differ without an evaluation, and refuses one of other photos', async () => {
    assert.equal('acc' in (await leakage(train, validation, { verbose: 0 })), false);
    const evaluation = { photos: evaluated([['a', 'a', 1]]) };
    await assert.rejects(
      leakage(train, validation, { evaluation }),
      /`evaluation`: expected predictions for the 5/,
    );
  });
});

/**
 * Planted copies of real photos. The thresholds of `find-duplicates.ts` were chosen on numbers 0 to 999 of each class with other
 * copies; here are numbers 1000 to 1400.
 */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import { ImageDataGenerator } from '../../../src/datasets/batches/image-data-generator';
import { predictGenerator } from '../../../src/features/predict-generator';
import { findDuplicates } from '../../../src/insight/duplicates/find-duplicates';
import { applications } from '../../../src/networks/applications';
import { permutation, type Random, seededRandom } from '../../../src/random';
import { temporaryFolder } from '../../datasets/folders';
import { needs } from '../../fixtures/skip';

const photos = process.env.LITTLE_DATA_PHOTOS;
const perKind = 20;

/** A changed copy of a photo. */
type Change = (file: string, random: Random) => Promise<sharp.Sharp>;
const changes: Record<string, Change> = {
  recoded: async (file, random) => sharp(file).jpeg({ quality: 40 + Math.floor(random() * 50) }),
  resized: async (file, random) => {
    const { width } = await sharp(file).metadata();
    return sharp(file).resize(Math.round(width * (0.5 + random())));
  },
  cut: async (file, random) => {
    const { width, height } = await sharp(file).metadata();
    const [w, h] = [Math.round(width * 0.95), Math.round(height * 0.95)];
    const [left, top] = [Math.floor(random() * (width - w + 1)), Math.floor(random() * (height - h + 1))];
    return sharp(file).extract({ width: w, height: h, left, top });
  },
  mirrored: async (file) => sharp(file).flop(),
};

test('findDuplicates() finds all of 80 planted copies, and under 1 other pair in 200 photos', async (context) => {
  if (!needs(context, photos, 'LITTLE_DATA_PHOTOS names no folder of real photos')) return;
  const dir = temporaryFolder('real-duplicates');
  const names = ['cat', 'dog'].flatMap((kind) =>
    Array.from({ length: 401 }, (_, i) => `${kind}.${1000 + i}.jpg`),
  );
  const random = seededRandom(41);
  const order = Array.from(permutation(names.length, random), (place) => names[place]!);
  fs.mkdirSync(path.join(dir, 'train', 'photos'), { recursive: true });
  for (const name of names)
    fs.copyFileSync(path.join(photos!, name), path.join(dir, 'train', 'photos', name));
  for (const [kind, change] of Object.entries(changes)) {
    fs.mkdirSync(path.join(dir, 'validation', kind), { recursive: true });
    for (const name of order.splice(0, perKind))
      await (await change(path.join(photos!, name), random)).toFile(path.join(dir, 'validation', kind, name));
  }
  const base = await applications.EfficientNetLite0({ pooling: 'avg' });
  const flow = { ...base.recommended.flow, batchSize: 16, classMode: null, shuffle: false, verbose: 0 };
  const featuresOf = (split: string) =>
    predictGenerator(
      base,
      new ImageDataGenerator(base.recommended.generator).flowFromDirectory(path.join(dir, split), flow),
      { verbose: 0 },
    );
  const [train, validation] = [await featuresOf('train'), await featuresOf('validation')];
  const { pairs } = await findDuplicates({ train, validation }, { verbose: 0 });
  const found: Record<string, number> = {};
  const others: string[] = [];
  for (const {
    photos: [a, b],
  } of pairs) {
    const kind = path.basename(path.dirname(b.file));
    if (a.split === b.split || path.basename(a.file) !== path.basename(b.file))
      others.push(`${a.file} ${b.file}`);
    else found[kind] = (found[kind] ?? 0) + 1;
  }
  assert.deepEqual(found, Object.fromEntries(Object.keys(changes).map((kind) => [kind, perKind])));
  assert.ok(others.length < (names.length + 4 * perKind) / 200, others.join('\n'));
  context.diagnostic(`${others.length} other pairs among ${names.length + 4 * perKind} photos`);
  for (const tensor of [train, validation]) tensor.dispose();
  base.dispose();
  fs.rmSync(dir, { recursive: true });
});

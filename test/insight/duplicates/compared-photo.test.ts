import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import { comparedPhoto } from '../../../src/insight/duplicates/compared-photo';
import { pictureCorrelation } from '../../../src/numerics/picture-correlation';
import { temporaryFolder } from '../../datasets/folders';
import { smoothPictures } from './planted';

test('comparedPhoto() tells same pixels, same pictures and others apart', async () => {
  const dir = temporaryFolder('compared');
  const [one, other] = (await smoothPictures(dir, 2)) as [string, string];
  await sharp(one).png({ compressionLevel: 0 }).toFile(path.join(dir, 'same.png'));
  await sharp(one).flop().jpeg().toFile(path.join(dir, 'mirrored.jpg'));
  const read = async (file: string) => (await comparedPhoto(path.join(dir, path.basename(file))))!;
  const [a, b, same, mirrored] = await Promise.all([one, other, 'same.png', 'mirrored.jpg'].map(read));
  assert.equal(a!.pixels, same!.pixels);
  assert.notEqual(a!.pixels, mirrored!.pixels);
  assert.ok(pictureCorrelation(a!, mirrored!) > 0.98);
  assert.ok(pictureCorrelation(a!, b!) < 0.8);
  assert.equal(await comparedPhoto(path.join(dir, 'none.png')), null);
  fs.rmSync(dir, { recursive: true });
});

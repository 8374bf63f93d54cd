import assert from 'node:assert/strict';
import fs from 'node:fs';
import { after, before, test } from 'node:test';
import sharp from 'sharp';
import { photoStrip } from '../../src/images/photo-strip';
import { put, temporaryFolder, tinyPhoto } from '../datasets/folders';

let dir: string;
before(() => {
  dir = temporaryFolder('strip');
});
after(() => fs.rmSync(dir, { recursive: true, force: true }));

test('photoStrip() puts squares side by side, and leaves out what can not be read', async () => {
  const files = [
    put(dir, '0.png', tinyPhoto(0)),
    put(dir, '1.png', 'text'),
    put(dir, '2.png', tinyPhoto(0xffffff)),
  ];
  const { jpeg, shown } = await photoStrip(files, 20);
  assert.deepEqual(shown, [files[0], files[2]]);
  const { width, height, data } = await sharp(jpeg!)
    .raw()
    .toBuffer({ resolveWithObject: true })
    .then((it) => ({ ...it.info, data: it.data }));
  // Two squares of 20 pixels, 4 pixels apart: a black one, then a white one.
  assert.deepEqual([width, height], [44, 20]);
  assert(data[3 * (44 * 10 + 10)]! < 16 && data[3 * (44 * 10 + 34)]! > 239);
  assert.deepEqual(await photoStrip([files[1]!], 20), { jpeg: null, shown: [] });
});

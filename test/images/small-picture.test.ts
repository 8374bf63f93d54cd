import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import sharp from 'sharp';
import { smallPicture } from '../../src/images/small-picture';
import { seededRandom } from '../../src/random';
import { temporaryFolder } from '../datasets/folders';

let dir: string;
let noise: string;
before(async () => {
  dir = temporaryFolder('small-picture');
  noise = path.join(dir, 'noise.png');
  const random = seededRandom(1);
  const data = Uint8Array.from({ length: 200 * 300 * 3 }, () => Math.floor(random() * 256));
  await sharp(data, { raw: { width: 300, height: 200, channels: 3 } }).toFile(noise);
});
after(() => fs.rmSync(dir, { recursive: true }));

test('smallPicture() is square, and keeps to the bytes that it may have', async () => {
  const large = (await smallPicture(noise, { size: 96 }))!;
  const small = (await smallPicture(noise, { size: 96, maxBytes: 2000 }))!;
  const { width, height, format } = await sharp(large).metadata();
  assert.deepEqual([width, height, format], [96, 96, 'jpeg']);
  assert.ok(large.length > 2000 && small.length <= 2000);
  assert.equal(await smallPicture(noise, { size: 96, maxBytes: 10 }), null);
  assert.equal(await smallPicture(path.join(dir, 'none.png'), { size: 96 }), null);
});

test('smallPicture() turns a photo upright by its EXIF orientation', async () => {
  // White on the left as it is stored; 6 says: turn it by 90 degrees to the right, so that white is above.
  const data = Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => (Math.floor(i / 3) % 64 < 32 ? 255 : 0));
  const file = path.join(dir, 'turned.jpg');
  await sharp(data, { raw: { width: 64, height: 64, channels: 3 } })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toFile(file);
  const pixels = await sharp((await smallPicture(file, { size: 16 }))!)
    .greyscale()
    .raw()
    .toBuffer();
  assert.ok(pixels[2 * 16 + 13]! > 200 && pixels[13 * 16 + 2]! < 50);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { decodePhoto } from '../../src/images/decode-photo';
import { withExifFirst } from '../../src/images/png-exif';

/** EXIF data, little-endian, whose only entry is the orientation 6. */
const exif = Buffer.from('49492a0008000000010012010300010000000600000000000000', 'hex');

function chunk(name: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE(crc32(named), 4);
  return Buffer.concat([ends.subarray(0, 4), named, ends.subarray(4)]);
}

test('a PNG whose EXIF data stand behind the pixels is turned as one where they stand before', async () => {
  const data = Uint8Array.from({ length: 4 * 6 * 3 }, (_, i) => i * 3);
  const png = await sharp(data, { raw: { width: 6, height: 4, channels: 3 } })
    .png()
    .toBuffer();
  const at = (name: string) => png.indexOf(name, 0, 'latin1') - 4;
  const [before, behind] = ['IDAT', 'IEND'].map((name) =>
    Buffer.concat([png.subarray(0, at(name)), chunk('eXIf', exif), png.subarray(at(name))]),
  );
  assert.deepEqual(withExifFirst(behind!), before);
  assert.equal(withExifFirst(before!), before);
  assert.equal(withExifFirst(png), png);
  const [first, second, stored] = await Promise.all([
    decodePhoto(before!),
    decodePhoto(behind!),
    decodePhoto(behind!, { exifOrientation: 'ignore' }),
  ]);
  assert.deepEqual(second, first);
  // Pillow: ImageOps.exif_transpose() of both has this size.
  assert.deepEqual([second!.height, second!.width], [6, 4]);
  assert.deepEqual([...stored!.data], [...data]);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jpegScans } from '../../src/images/jpeg-frame';
import { knownPictures } from '../fixtures/pictures';

test('jpegScans() counts the scans of a photo, and stops one above the most', () => {
  const scans = (name: string, most = 50) =>
    jpegScans(knownPictures.find((picture) => picture.name === name)!.bytes, { most });
  assert.equal(scans('jpeg 4:4:4'), 1);
  const progressive = scans('jpeg progressive');
  assert(progressive > 1 && progressive <= 10, String(progressive));
  assert.equal(scans('jpeg progressive', 2), 3);
});

test('jpegScans() finds no scans in the thumbnail of a camera, nor beyond the end', () => {
  const jpeg = knownPictures.find(({ name }) => name === 'jpeg 4:4:4')!.bytes;
  const thumbnail = Buffer.concat([Buffer.from([0xff, 0xe1, 0, 0]), jpeg]);
  thumbnail.writeUInt16BE(jpeg.length + 2, 2);
  const withThumbnail = Buffer.concat([
    jpeg.subarray(0, 2),
    thumbnail,
    jpeg.subarray(2),
    Buffer.alloc(2),
    jpeg,
  ]);
  assert.equal(jpegScans(withThumbnail, { most: 50 }), 1);
});

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decodePhoto } from '../../src/images/decode-photo';
import { tiffHeader } from '../../src/images/tiff-header';
import { type TiffParts, tiffOf } from './tiffs';

const grey = { width: 4, height: 2, data: Uint8Array.of(0, 1, 2, 3, 100, 150, 200, 250) };

test('tiffHeader() reads the first directory, and gives up where it is cut off', () => {
  const bytes = tiffOf({ ...grey, orientation: 6 });
  const { orientation, ...header } = tiffHeader(bytes)!;
  assert.deepEqual(header, {
    width: 4,
    height: 2,
    bits: 8,
    compression: 1,
    photometric: 1,
    isLittleEndian: true,
  });
  assert.equal(orientation!.value, 6);
  assert.equal(tiffHeader(bytes.subarray(0, 12)), undefined);
  for (let length = 0; length < bytes.length; length++) tiffHeader(bytes.subarray(0, length));
});

describe('a TIFF', () => {
  for (const orientation of [0, 9, 65535])
    test(`of the orientation ${orientation}, which there is not, is read as it is stored, as Pillow does`, async () => {
      const { data, height, width } = await decodePhoto(tiffOf({ ...grey, orientation }));
      assert.deepEqual([height, width], [2, 4]);
      assert.deepEqual(
        [...data],
        [...grey.data].flatMap((value) => [value, value, value]),
      );
    });

  // Pillow reads the first two: (254, 0, 0) for red in YCbCr, where the decoder here gives (76, 84, 255).
  const refused: Record<string, [TiffParts, RegExp]> = {
    'in YCbCr without JPEG': [{ width: 1, height: 1, samples: 3, photometric: 6 }, /TIFF in YCbCr/],
    'in CMYK of 16 bits': [
      { width: 1, height: 1, samples: 4, bits: 16, photometric: 5 },
      /CMYK TIFF of 16 bits/,
    ],
    'packed by Zstandard': [{ ...grey, compression: 50000 }, /packed by Zstandard/],
    'packed by LZMA': [{ ...grey, compression: 34925 }, /packed by LZMA/],
    'of 3,604,544 pixels in a row': [
      { width: 3_604_544, height: 64, compression: 5 },
      /over the limit of 65535/,
    ],
  };
  for (const [name, [parts, reason]] of Object.entries(refused))
    test(`${name} is refused for this reason`, async () => {
      await assert.rejects(decodePhoto(tiffOf(parts)), { name: 'UnreadablePhoto', message: reason });
    });
});

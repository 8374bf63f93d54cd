import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { decodePhoto } from '../../src/images/decode-photo';
import { resizeNearest } from '../../src/images/resize-nearest';

/** A picture of one row whose red channel counts the columns. */
function ramp(width: number) {
  const data = new Uint8Array(width * 3);
  for (let x = 0; x < width; x++) data[x * 3] = x;
  return { data, height: 1, width };
}

function columns(from: number, to: number): number[] {
  const resized = resizeNearest(ramp(from), [1, to]);
  return Array.from({ length: to }, (_, x) => resized[x * 3]!);
}

test('resizeNearest() takes the columns that Pillow takes', () => {
  // Source: Pillow 13, `Image.fromarray(numpy.arange(n, dtype='uint8')[None]).resize((m, 1), 0)`.
  assert.deepEqual(columns(10, 4), [1, 3, 6, 8]);
  assert.deepEqual(columns(3, 7), [0, 0, 1, 1, 1, 2, 2]);
  assert.deepEqual(columns(7, 7), [0, 1, 2, 3, 4, 5, 6]);
  assert.deepEqual(columns(230, 100).slice(-5), [219, 221, 224, 226, 228]);
});

test('resizeNearest() adds up rounding errors as Pillow does', () => {
  // Where a sum of steps and their product round to different columns; source as above.
  assert.equal(columns(4, 150)[37], 0); // The product gives 1.
  assert.equal(columns(84, 150)[62], 34); // The product gives 35.
  assert.equal(columns(164, 150)[112], 123); // The product gives 122.
});

test('resizeNearest() resizes rows and columns independently', () => {
  const data = Uint8Array.from({ length: 2 * 3 * 3 }, (_, i) => i);
  const resized = resizeNearest({ data, height: 2, width: 3 }, [1, 2]);
  // Row floor(0.5 * 2) = 1, columns floor(0.75) = 0 and floor(2.25) = 2.
  assert.deepEqual([...resized], [9, 10, 11, 15, 16, 17]);
});

test('resizeNearest() gives new memory even where nothing changes', () => {
  const picture = ramp(5);
  const resized = resizeNearest(picture, [1, 5]);
  assert.deepEqual(resized, picture.data);
  assert.notEqual(resized.buffer, picture.data.buffer);
});

test('resizeNearest() refuses sizes and data that do not fit', () => {
  assert.throws(() => resizeNearest(ramp(5), [0, 5]), /targetSize\[0\].*found 0/);
  assert.throws(() => resizeNearest(ramp(5), [5, 1.5]), /targetSize\[1\].*found 1.5/);
  assert.throws(() => resizeNearest({ ...ramp(5), width: 4 }, [5, 5]), /expected height \* width \* 3 = 12/);
});

const photos = process.env.LITTLE_DATA_PHOTOS;
const reference =
  process.env.LITTLE_DATA_REFERENCE ?? (photos && path.join(path.dirname(photos), 'reference'));

test('decodePhoto() and resizeNearest() give the pixels of Keras on real photos', async (context) => {
  if (!photos || !fs.existsSync(photos))
    return context.skip('LITTLE_DATA_PHOTOS names no folder of photos on this machine');
  if (!reference || !fs.existsSync(path.join(reference, 'photos.json')))
    return context.skip('LITTLE_DATA_REFERENCE names no folder with the pixels of Keras on this machine');
  const names = JSON.parse(fs.readFileSync(path.join(reference, 'photos.json'), 'utf8')) as Record<
    string,
    string[]
  >;
  for (const [part, files] of Object.entries(names)) {
    const expected = fs
      .readFileSync(path.join(reference, `${part}_pixels.npy`))
      .subarray(-files.length * size);
    for (const [i, file] of files.entries()) {
      const photo = await decodePhoto(find(photos, path.basename(file)), { exifOrientation: 'ignore' });
      const resized = resizeNearest(photo, [150, 150]);
      const difference = Buffer.compare(resized, expected.subarray(i * size, (i + 1) * size));
      assert.equal(difference, 0, `${file} differs from Keras`);
    }
  }
});

const size = 150 * 150 * 3;

function find(folder: string, name: string): string {
  const places = [folder, path.join(folder, 'train')].map((place) => path.join(place, name));
  const found = places.find((file) => fs.existsSync(file));
  if (!found) throw new Error(`${name} is not in ${folder}`);
  return found;
}

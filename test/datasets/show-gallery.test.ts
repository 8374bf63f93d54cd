import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { showGallery } from '../../src/datasets/show-gallery';
import { printed, put, putPhotos, temporaryFolder } from './folders';

let dir: string;
before(() => {
  dir = temporaryFolder('gallery');
  putPhotos(
    dir,
    Array.from({ length: 12 }, (_, i) => `cats/${String(i).padStart(2, '0')}.png`),
  );
  putPhotos(dir, ['dogs/1.png']);
  put(dir, 'dogs/2.png', 'no picture');
});
after(() => fs.rmSync(dir, { recursive: true, force: true }));

test('showGallery() shows photos of each class, evenly chosen, without those that can not be read', async () => {
  const { lines } = await printed(() => showGallery(dir, { perClass: 3 }));
  assert.deepEqual(lines, [
    `cats (12 photos in ${path.join(dir, 'cats')}): 00.png, 04.png, 08.png`,
    'Photos of cats: 00.png, 04.png, 08.png',
    `dogs (2 photos in ${path.join(dir, 'dogs')}): 1.png`,
    'Photos of dogs: 1.png',
  ]);
});

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { tutorialPhotos } from '../../../src/datasets/tutorial/tutorial-photos';
import { printed, putPhotos, temporaryFolder } from '../folders';

const kept = { dir: process.env.LITTLE_DATA_DIR, photos: process.env.LITTLE_DATA_PHOTOS };
let dir: string;
beforeEach(() => {
  dir = temporaryFolder('tutorial');
  process.env.LITTLE_DATA_DIR = dir;
  delete process.env.LITTLE_DATA_PHOTOS;
});
afterEach(() => {
  fs.rmSync(dir, { recursive: true, force: true });
  for (const [name, value] of [
    ['LITTLE_DATA_DIR', kept.dir],
    ['LITTLE_DATA_PHOTOS', kept.photos],
  ] as const)
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
});

test('tutorialPhotos() takes real photos where there are any, and says which', async () => {
  putPhotos(path.join(dir, 'dogs-vs-cats'), ['cat.0.jpg', 'cat.1.jpg', 'dog.0.jpg']);
  const { result, lines } = await printed(tutorialPhotos);
  assert.equal(result.drawn, false);
  assert.deepEqual(lines, [`Real photos from ${path.join(dir, 'dogs-vs-cats')}: 2 cats, 1 dogs.`]);
});

test('tutorialPhotos() gives the sample elsewhere, wherever LITTLE_DATA_DIR points, and says so', async () => {
  const { result, lines } = await printed(tutorialPhotos);
  assert.equal(result.drawn, true);
  assert.deepEqual([result.parts.all?.cats?.length, result.parts.all?.dogs?.length], [140, 140]);
  assert.match(lines.join('\n'), /DRAWINGS of cats and dogs/);
});

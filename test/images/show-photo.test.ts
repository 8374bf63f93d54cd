import assert from 'node:assert/strict';
import fs from 'node:fs';
import { after, before, test } from 'node:test';
import { showPhoto } from '../../src/images/show-photo';
import { printed, put, temporaryFolder, tinyPhoto } from '../datasets/folders';

let dir: string;
before(() => {
  dir = temporaryFolder('show');
});
after(() => fs.rmSync(dir, { recursive: true, force: true }));

test('showPhoto() shows a file or bytes, and says what can not be read', async () => {
  const file = put(dir, '00.png', tinyPhoto(0));
  assert.deepEqual((await printed(() => showPhoto(file))).lines, ['Photo: 00.png']);
  assert.deepEqual((await printed(() => showPhoto(tinyPhoto(1)))).lines, ['Photo: photo']);
  await assert.rejects(showPhoto(put(dir, '2.png', 'no picture')), /2\.png: expected a photo/);
});

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { writeDecoder } from '../../src/export/decoder';
import { decodePhoto } from '../../src/images/decode-photo';
import { resizePhoto } from '../../src/images/resize-photo';
import { temporaryFolder } from '../datasets/folders';
import { knownPictures } from '../fixtures/pictures';
import { projectRoot } from '../run-node';

let dir: string;
before(() => {
  dir = temporaryFolder('decoder');
  fs.symlinkSync(path.join(projectRoot, 'node_modules'), path.join(dir, 'node_modules'), 'junction');
});
after(() => fs.rmSync(dir, { recursive: true, force: true }));

test('writeDecoder() writes a file that reads every kind of picture as the package does', async () => {
  const file = path.join(dir, 'decoder.cjs');
  writeDecoder(file);
  const decoder = require(file);
  assert(knownPictures.length > 20);
  for (const { name, bytes } of knownPictures) {
    const how = { targetSize: [8, 8], interpolation: 'bicubic', cropFraction: 0.875 } as const;
    const wanted = resizePhoto(await decodePhoto(bytes), how);
    const found = decoder.resizePhoto(await decoder.decodePhoto(bytes), how);
    assert.deepEqual(found, wanted, name);
  }
});

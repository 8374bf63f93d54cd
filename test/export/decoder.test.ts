import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import vm from 'node:vm';
import { writeDecoder, writeDistances } from '../../src/export/decoder';
import { decodePhoto } from '../../src/images/decode-photo';
import { resizePhoto } from '../../src/images/resize-photo';
import { distancesTo, familiarRows } from '../../src/numerics/familiar-rows';
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

test('writeDistances() writes a script for browsers that knows the same distances', () => {
  const x = Float32Array.from({ length: 12 * 3 }, (_, i) => (i * i * 31) % 17);
  const rows = { x, size: 3, labels: new Int32Array(12) };
  const familiar = familiarRows(rows, { references: 10, seed: 1, fraction: 0.9 });
  const file = path.join(dir, 'distances.js');
  writeDistances(file);
  // What a browser has of all that Node has.
  const found = vm.runInNewContext(`${fs.readFileSync(file, 'utf8')}; distances.distancesTo(familiar, x)`, {
    ...{ atob, familiar, x },
  });
  assert.deepEqual([...found], [...distancesTo(familiar, x)]);
});

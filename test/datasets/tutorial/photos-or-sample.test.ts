import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { photosOrSample } from '../../../src/datasets/tutorial/photos-or-sample';
import { projectRoot } from '../../../src/paths';
import { printed } from '../folders';

const kept = process.env.LITTLE_DATA_OWN_PHOTOS;
beforeEach(() => {
  delete process.env.LITTLE_DATA_OWN_PHOTOS;
});
afterEach(() => {
  if (kept === undefined) delete process.env.LITTLE_DATA_OWN_PHOTOS;
  else process.env.LITTLE_DATA_OWN_PHOTOS = kept;
});

test('photosOrSample() takes the named folder, then LITTLE_DATA_OWN_PHOTOS, and prints nothing', async () => {
  process.env.LITTLE_DATA_OWN_PHOTOS = 'trees';
  for (const [folder, expected] of [
    ['flowers', 'flowers'],
    ['', path.join(projectRoot, 'trees')],
    [undefined, path.join(projectRoot, 'trees')],
  ]) {
    const { result, lines } = await printed(async () => photosOrSample(folder));
    assert.equal(result, expected);
    assert.deepEqual(lines, []);
  }
});

test('photosOrSample() gives the sample elsewhere, and says that it is drawings', async () => {
  const { result, lines } = await printed(async () => photosOrSample(''));
  assert.equal(fs.readdirSync(result).length, 280);
  assert.equal(lines.length, 1);
  assert.match(lines[0]!, /drawings/);
});

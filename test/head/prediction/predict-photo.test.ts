import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { LayersModel } from '@tensorflow/tfjs-node';
import { buildHead } from '../../../src/head/build-head';
import { setHeadMetadata } from '../../../src/head/head-metadata';
import { predictPhoto } from '../../../src/head/prediction/predict-photo';
import { saveHead } from '../../../src/head/save-head';
import { modelDigest } from '../../../src/networks/model-digest';
import { tf } from '../../../src/tensorflow';
import { pngOf } from '../../fixtures/pictures';
import { fromFolders, smallBase } from '../data';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'little-data-photo-'));
after(() => fs.rmSync(folder, { recursive: true }));
const photo = path.join(folder, 'a.png');
const bytes = pngOf({ height: 20, width: 30 }, [200, 100, 50]);
const base = smallBase();
const recipe = {
  model: modelDigest(base),
  targetSize: [16, 16],
  preprocessing: { rescale: 1 / 255, function: null },
};
let head: LayersModel;

before(() => {
  fs.writeFileSync(photo, bytes);
  head = buildHead({ inputShape: [2, 2, 4], seed: 1, units: 4 });
  setHeadMetadata(head, fromFolders(tf.zeros([1]), [0], { recipe }));
});

describe('predictPhoto()', () => {
  test('gives the same for a path, its bytes, a head and its file', async () => {
    const expected = await predictPhoto(photo, { head, base });
    assert.equal(expected.photo, photo);
    assert.deepEqual(Object.keys(expected.probabilities), ['cats', 'dogs']);
    assert.deepEqual(await predictPhoto(bytes, { head, base }), { ...expected, photo: '(bytes)' });
    const file = path.join(folder, 'head.h5');
    await saveHead(head, file);
    assert.deepEqual(await predictPhoto(photo, { head: file, base }), expected);
  });

  test('says that a photo can not be read', async () => {
    await assert.rejects(predictPhoto(path.join(folder, 'none.png'), { head, base }), {
      name: 'UnreadablePhoto',
    });
    await assert.rejects(predictPhoto(Buffer.from('x'), { head, base }), { name: 'UnreadablePhoto' });
  });

  test('names the preprocessing function that this process does not know', async () => {
    const other = buildHead({ inputShape: [2, 2, 4], seed: 1, units: 4 });
    const preprocessing = { rescale: 1, function: 'mine' };
    setHeadMetadata(other, fromFolders(tf.zeros([1]), [0], { recipe: { ...recipe, preprocessing } }));
    await assert.rejects(predictPhoto(photo, { head: other, base }), /the preprocessing function "mine"/);
  });
});

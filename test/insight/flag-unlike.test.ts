import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { before, describe, test } from 'node:test';
import { labelsOf } from '../../src';
import { buildHead } from '../../src/head/build-head';
import { fitLinear } from '../../src/head/fit-linear';
import { headMetadata } from '../../src/head/head-metadata';
import { loadHead } from '../../src/head/load-head';
import { predictFolder } from '../../src/head/prediction/predict-folder';
import { saveHead } from '../../src/head/save-head';
import { flagUnlike } from '../../src/insight/flag-unlike';
import { tensorflowReady, tf } from '../../src/tensorflow';
import { needs } from '../fixtures/skip';
import { learnable } from '../head/data';
import { drawPictures } from './drawn-pictures';
import { featuresIn, realPhotos } from './real-features';

before(tensorflowReady);

describe('flagUnlike()', () => {
  test('tells the head what it keeps, leaves no tensor, and saveHead() keeps it', async () => {
    const { features } = learnable({ rows: 40 });
    const head = buildHead({ inputShape: [2, 2, 4], units: 2, seed: 1 });
    const { numTensors } = tf.memory();
    const { references, threshold } = flagUnlike(head, features);
    assert.equal(tf.memory().numTensors, numTensors);
    assert.equal(references, 40);
    assert.equal(headMetadata(head).familiar!.threshold, threshold);
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'unlike-'));
    await saveHead(head, path.join(folder, 'head.h5'));
    const loaded = await loadHead(path.join(folder, 'head.h5'));
    assert.deepEqual(headMetadata(loaded), headMetadata(head));
    fs.rmSync(folder, { recursive: true });
  });

  test('refuses features of another shape, and too few', () => {
    const head = buildHead({ inputShape: [2, 2, 4], units: 2, seed: 1 });
    assert.throws(() => flagUnlike(head, tf.zeros([9, 4])), /the train data/);
    assert.throws(() => flagUnlike(head, tf.zeros([2, 2, 2, 4])), /number of train photos/);
  });

  test('flags charts and texts, and fewer than 5% of real photos that were held out', async (context) => {
    if (!needs(context, process.env.LITTLE_DATA_PHOTOS, 'LITTLE_DATA_PHOTOS names no photos')) return;
    const [train, held] = [realPhotos(0, 149), realPhotos(1000, 1099)];
    const drawn = fs.mkdtempSync(path.join(os.tmpdir(), 'unlike-'));
    await drawPictures(drawn);
    const features = await featuresIn(train);
    const { model: head } = await fitLinear(features, labelsOf(features), { strength: 0.1 });
    flagUnlike(head, features);
    const flagged = async (dir: string) =>
      (await predictFolder(dir, { head, verbose: 0 })).filter(({ unlike }) => unlike).length;
    assert.equal(await flagged(drawn), 24);
    const real = await flagged(held);
    assert.ok(real < 10, `${real} of 200`);
    for (const dir of [train, held, drawn]) fs.rmSync(dir, { recursive: true });
    tf.dispose([features]);
    head.dispose();
  });
});

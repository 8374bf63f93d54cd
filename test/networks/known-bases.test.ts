import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';
import { knownBases, sharedBase } from '../../src/networks/known-bases';
import { modelDigest } from '../../src/networks/model-digest';
import { fromProject } from '../../src/paths';
import { needs } from '../fixtures/skip';

test('each base is known by its own digest, and loaded once', async (context) => {
  const isThere = fs.existsSync(fromProject('data/weights/efficientnet_lite2_notop.safetensors'));
  if (!needs(context, isThere, 'the weights of Lite1 and Lite2 are missing (npm run weights)')) return;
  for (const digest of Object.keys(knownBases)) {
    const base = await sharedBase(digest);
    assert.equal(modelDigest(base), digest);
    assert.equal(await sharedBase(digest), base);
  }
});

test('a digest of no base of the project gives VGG16, which a check then refuses by name', async () => {
  assert.equal((await sharedBase('0'.repeat(64))).name, 'vgg16');
});

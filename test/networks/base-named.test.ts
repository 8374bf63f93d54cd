import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { baseNamed } from '../../src/networks/base-named';
import { knownBases } from '../../src/networks/known-bases';
import { modelDigest } from '../../src/networks/model-digest';

test('baseNamed() gives the base of a name, with its pooling and recommended settings', async () => {
  const base = await baseNamed('EfficientNetLite0', { pooling: 'avg' });
  assert(Object.hasOwn(knownBases, modelDigest(base)));
  assert.deepEqual(base.outputShape, [null, 1280]);
  assert.deepEqual(base.recommended.flow.targetSize, [224, 224]);
  base.dispose();
});

test('baseNamed() refuses a name that is none, a pooling that is none, and pooling of a file', async () => {
  await assert.rejects(baseNamed('VGG17'), /`base`: expected one of VGG16, .*found "VGG17"/);
  await assert.rejects(baseNamed('constructor'), /found "constructor"/);
  await assert.rejects(baseNamed('VGG16', { pooling: 'mean' as never }), /`pooling`/);
  await assert.rejects(baseNamed('model.json', { pooling: 'avg' }), /`pooling`.*the file model\.json/);
});

test('baseNamed() takes the path of a file for a model', async () => {
  const missing = path.join('nowhere', 'model.json');
  await assert.rejects(baseNamed(missing), (error: Error) => error.message.includes(missing));
});

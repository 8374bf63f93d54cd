import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { featureStore } from '../../../src/features/store/feature-store';
import { FeatureStore } from '../../../src/features/store/store';
import { temporary } from '../tiny';
import { keyOf, put, rowOf } from './rows';

let folder: string;
let remove: () => void;
beforeEach(() => {
  const made = temporary();
  remove = made.remove;
  folder = path.join(made.dir, 'data', 'cache', 'features');
});
afterEach(() => {
  featureStore.maxBytes = 20e9;
  remove();
});

test('featureStore.info() counts what is kept, and makes nothing', async () => {
  assert.deepEqual(featureStore.info(), { path: folder, rows: 0, bytes: 0, maxBytes: 20e9 });
  assert.equal(fs.existsSync(folder), false);
  const store = new FeatureStore();
  await put(store, [1, 2, 3]);
  await put(store, [3]);
  await store.close();
  const { rows, bytes } = featureStore.info();
  assert.equal(rows, 3);
  // Three rows of 8,192 float32 values, each with a checksum of 16 bytes.
  assert.equal(bytes, 3 * (4 * 8192 + 16));
});

test('featureStore.clear() removes everything from the disk, also under a run', async () => {
  const store = new FeatureStore();
  await put(store, [1]);
  await store.close();
  const running = new FeatureStore();
  featureStore.clear();
  assert.deepEqual(fs.readdirSync(folder), []);
  assert.equal(featureStore.info().rows, 0);
  assert.equal(running.get(keyOf(1)), undefined);
  await put(running, [2]);
  await running.close();
  const next = new FeatureStore();
  assert.deepEqual(next.get(keyOf(2)), rowOf(2));
  await next.close();
  assert.equal(featureStore.info().rows, 1);
  featureStore.clear();
  featureStore.clear();
});

test('featureStore.maxBytes takes a number of bytes and nothing else', () => {
  featureStore.maxBytes = 1e9;
  assert.equal(featureStore.info().maxBytes, 1e9);
  for (const wrong of [-1, Number.NaN, '5 GB'])
    assert.throws(() => {
      featureStore.maxBytes = wrong as number;
    }, /`featureStore\.maxBytes`: expected an integer of 0 or more/);
});

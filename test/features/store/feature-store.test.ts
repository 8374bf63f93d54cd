import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { featureStore } from '../../../src/features/store/feature-store';
import { openFeatureStore } from '../../../src/features/store/store';
import { commit, openTables, releaseTables } from '../../../src/features/store/store-file';
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
  const store = openFeatureStore()!;
  await put(store, [1, 2, 3]);
  await put(store, [3]);
  await store.close();
  const { rows, bytes } = featureStore.info();
  assert.equal(rows, 3);
  const { size } = fs.statSync(path.join(folder, 'data.mdb'));
  assert.ok(bytes >= 3 * 4 * 8192 && bytes <= size, `${bytes} of ${size}`);
});

test('featureStore passes over entries that are not what was put, and removes them first', async () => {
  const store = openFeatureStore()!;
  await put(store, [1, 2]);
  await store.close();
  const { bytes } = featureStore.info();
  const tables = openTables();
  const doubles = (...values: number[]) => Buffer.from(Float64Array.from(values).buffer);
  await commit(tables, () => {
    tables.uses.put('short', Buffer.from('x'));
    tables.uses.put('none', Buffer.alloc(0));
    tables.uses.put('no number', doubles(Number.NaN, Number.NaN));
    tables.uses.put('endless', doubles(1e300, Number.POSITIVE_INFINITY));
    tables.uses.put('negative', doubles(1, -1e300));
  });
  releaseTables(tables);
  assert.equal(featureStore.info().bytes, bytes);
  featureStore.maxBytes = bytes - 1;
  const next = openFeatureStore()!;
  await put(next, [2]);
  await next.close();
  assert.equal(featureStore.info().rows, 1);
});

test('featureStore.clear() takes everything off the disk, also under a run', async () => {
  const store = openFeatureStore()!;
  await put(store, [1]);
  await store.close();
  const running = openFeatureStore()!;
  featureStore.clear();
  assert.equal(fs.existsSync(path.join(folder, 'data.mdb')), false);
  assert.equal(featureStore.info().rows, 0);
  assert.deepEqual(running.get(keyOf(1)), rowOf(1));
  await put(running, [2]);
  await running.close();
  const next = openFeatureStore()!;
  assert.equal(next.get(keyOf(2)), undefined);
  await put(next, [3]);
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

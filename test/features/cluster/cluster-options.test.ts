import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { checkCluster, seenByWorkers } from '../../../src/features/cluster/cluster-options';

let kept: string | undefined;
beforeEach(() => {
  kept = process.env.LITTLE_DATA_CLUSTER;
  delete process.env.LITTLE_DATA_CLUSTER;
});
afterEach(() => {
  if (kept === undefined) delete process.env.LITTLE_DATA_CLUSTER;
  else process.env.LITTLE_DATA_CLUSTER = kept;
});

test('checkCluster() takes a text, an object, or the variable where neither is given', () => {
  assert.equal(checkCluster(undefined), undefined);
  assert.deepEqual(checkCluster('local:2'), { place: { local: 2 } });
  assert.deepEqual(checkCluster({ at: 'tcp://a:1', mixed: true }), {
    place: { address: 'tcp://a:1' },
    mixed: true,
  });
  process.env.LITTLE_DATA_CLUSTER = 'local:4';
  assert.deepEqual(checkCluster(undefined), { place: { local: 4 } });
  assert.deepEqual(checkCluster('local:2'), { place: { local: 2 } });
  process.env.LITTLE_DATA_CLUSTER = '';
  assert.equal(checkCluster(undefined), undefined);
});

test('checkCluster() takes addresses of an object store in pairs, without a slash at the end', () => {
  const objects = checkCluster({ at: 'local', photos: 's3://b/photos/', rows: 'gs://b/rows' })?.objects;
  assert.deepEqual(objects, { photos: 's3://b/photos', rows: 'gs://b/rows' });
  assert.throws(() => checkCluster({ at: 'local', photos: 's3://b/photos' }), /`rows`.*go together/);
  assert.throws(() => checkCluster({ at: 'local', photos: '/mnt/photos', rows: 's3://b' }), /`photos`/);
});

test('checkCluster() refuses an option that it does not know', () => {
  assert.throws(() => checkCluster({ at: 'local', workers: 2 } as never), /`workers`/);
});

test('seenByWorkers() puts the path that workers see in the place of whole folders only', () => {
  const paths = { '/home/me/photos': '/mnt/photos' };
  assert.equal(seenByWorkers('/home/me/photos/cats/1.jpg', paths), '/mnt/photos/cats/1.jpg');
  assert.equal(seenByWorkers('/home/me/photos', paths), '/mnt/photos');
  assert.equal(seenByWorkers('/home/me/photos-2/1.jpg', paths), '/home/me/photos-2/1.jpg');
  assert.equal(seenByWorkers('/elsewhere/1.jpg'), '/elsewhere/1.jpg');
});

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { PhotoBatches } from '../../../src/datasets/batches/photo-batches';
import { tensorflowReady, tf } from '../../../src/tensorflow';
import { pngOf } from '../../fixtures/pictures';
import { put, temporaryFolder } from '../folders';

let dir: string;
before(async () => {
  await tensorflowReady();
  dir = temporaryFolder('batches');
  for (const n of [0, 1, 2, 4]) put(dir, `${n}.png`, pngOf({ height: 4, width: 4 }, [n, n, n]));
  put(dir, '3.png', 'no picture');
});
after(() => fs.rmSync(dir, { recursive: true, force: true }));

const preparation = { rescale: 2, exifOrientation: 'apply', targetSize: [2, 2], batchSize: 2 } as const;
const batches = () =>
  new PhotoBatches(
    [0, 1, 2, 3, 4].map((n) => path.join(dir, `${n}.png`)),
    preparation,
  );

/** The first pixel of each photo of each batch, the places, and the places that can't be read. */
async function read(order?: number[]) {
  const all: unknown[] = [];
  for await (const { x, places, unread } of batches().read(order)) {
    const first = x ? x.slice([0, 0, 0, 0], [-1, 1, 1, 1]).dataSync() : [];
    tf.dispose(x);
    all.push([[...first], places, unread.map(({ at }) => at)]);
  }
  return all;
}

test('PhotoBatches read the photos in order, batch by batch, and name those that can not be read', async () => {
  assert.deepEqual(await read(), [
    [[0, 2], [0, 1], []],
    [[4], [2], [3]],
    [[8], [4], []],
  ]);
  assert.deepEqual(await read([4, 0, 3]), [
    [[8, 0], [4, 0], []],
    [[], [], [3]],
  ]);
});

test('PhotoBatches leave no tensor behind', async () => {
  const before = tf.memory().numTensors;
  for await (const { x } of batches().read()) x?.dispose();
  assert.equal(tf.memory().numTensors, before);
});

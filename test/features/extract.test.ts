import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, before, beforeEach, describe, type TestContext, test } from 'node:test';
import { PhotoBatches } from '../../src/datasets/batches/photo-batches';
import { extract } from '../../src/features/extract';
import type { FeatureRecipe } from '../../src/features/provenance';
import { SeenFiles } from '../../src/features/store/seen-files';
import { photoHash } from '../../src/features/store/store';
import { baseNamed } from '../../src/networks/base-named';
import { networkFor } from '../../src/networks/network-for';
import { tensorflowReady } from '../../src/tensorflow';
import { flow, photoFolder, picture, temporary } from './tiny';

before(tensorflowReady);

let photos: string;
let remove: () => void;
beforeEach(() => {
  const place = temporary();
  remove = place.remove;
  photos = photoFolder(path.join(place.dir, 'photos'), { cats: 2 });
});
afterEach(() => remove());

const recipe: FeatureRecipe = {
  model: 'mean',
  targetSize: [4, 4],
  preprocessing: { rescale: 1, function: null },
  resampling: 'nearest',
  exifOrientation: 'apply',
  precision: 'float32',
};

/** Extracts the mean of each photo; gives the hashes of the photos as extraction saw them. */
async function run(): Promise<string[]> {
  const { hashes } = await extract({
    network: {
      device: 'cpu',
      rows: async (batch) => ({
        shape: [batch.length],
        values: Float32Array.from(batch, (pixels) => pixels.reduce((sum, level) => sum + level, 0) / 48),
      }),
    },
    photos: flow(photos).photos,
    place: photos,
    recipe,
    strict: true,
    verbose: 0,
    write: () => undefined,
  });
  return hashes;
}

/** Calls `change` just before `file` is opened; time is set forward, so that files count as left alone. */
function changedWhileRead(context: TestContext, file: string, change: () => void): void {
  const { now } = Date;
  context.mock.method(Date, 'now', () => now() + 10_000);
  const { open } = fs.promises;
  context.mock.method(fs.promises, 'open', (...given: Parameters<typeof open>) => {
    if (given[0] === file) change();
    return open(...given);
  });
}

describe('extract() does not remember a photo that', () => {
  const [changed, left] = ['cats/cats.000.png', 'cats/cats.001.png'];
  const changes: Record<string, (file: string, bytes: Buffer) => void> = {
    // As long as before, and with its time set back.
    'is rewritten': (file, bytes) => {
      const { atime, mtime } = fs.statSync(file);
      fs.writeFileSync(file, bytes);
      fs.utimesSync(file, atime, mtime);
    },
    'is replaced': (file, bytes) => {
      fs.writeFileSync(`${file}.new`, bytes);
      fs.renameSync(`${file}.new`, file);
    },
  };
  for (const [name, change] of Object.entries(changes))
    test(`${name} while it is read`, async (context) => {
      const file = path.join(photos, changed);
      const earlier = fs.statSync(file);
      const bytes = Array.from({ length: 200 }, (_, n) => picture(2000 + n)).find(
        (one) => one.length === earlier.size,
      )!;
      changedWhileRead(context, file, () => change(file, bytes));
      const hashes = await run();
      assert.equal(hashes[0], photoHash(bytes));
      const seen = new SeenFiles();
      assert.equal(seen.hashOf(file, earlier), undefined);
      assert.equal(seen.hashOf(file, fs.statSync(file)), undefined);
      const other = path.join(photos, left);
      assert.equal(seen.hashOf(other, fs.statSync(other)), hashes[1]);
    });
});

test('extract() gives a photo that is alone in its batch the bytes that it has among others', async () => {
  const dir = photoFolder(path.join(path.dirname(photos), 'five'), { cats: 5 });
  const base = await baseNamed('EfficientNetLite0', { pooling: 'avg' });
  const network = await networkFor(base, { precision: 'float32' });
  const rowsIn = async (batchSize: number) => {
    const rows: Float32Array[] = [];
    const batches = new PhotoBatches(flow(dir).photos.files, {
      ...{ rescale: 1 / 255, exifOrientation: 'apply' as const, targetSize: [64, 64] as const, batchSize },
    });
    await extract({
      network,
      photos: batches,
      place: dir,
      recipe: undefined,
      strict: true,
      verbose: 0,
      write: (row, values) => {
        rows[row] = values;
      },
    });
    return rows;
  };
  const together = await rowsIn(5);
  assert.deepEqual(await rowsIn(4), together);
  assert.deepEqual(await rowsIn(1), together);
  base.dispose();
});

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { LittleDataError } from '../../src/check';
import { seededRandom } from '../../src/random';
import { tensorflowReady } from '../../src/tensorflow';
import { temporaryFolder } from '../datasets/folders';
import { needs } from '../fixtures/skip';
import { type Format, formats, isRefusal } from './formats';
import { fuzz } from './fuzz';
import { mutantOf } from './mutants';

/** A short run; `npm run fuzz` reads more. */
const counts: Record<string, number> = { picture: 400, h5: 60, npy: 300, zip: 150 };

const wanted = process.env.LITTLE_DATA_KERAS_PYTHON;
const hasAll = wanted && spawnSync(wanted, ['-c', 'import PIL, h5py, numpy']).status === 0;
const python = hasAll ? wanted : undefined;

let folder: string;
before(async () => {
  folder = temporaryFolder('fuzz');
  await tensorflowReady();
});
after(() => fs.rmSync(folder, { recursive: true }));

describe('a damaged file is read as another program reads it, or refused by name:', () => {
  for (const format of formats)
    test(format.name, { timeout: 300_000 }, async (context) => {
      const count = counts[format.name]!;
      // What Pillow reads in a picture is compared below.
      const other = format.name === 'picture' ? undefined : python;
      const { files, read, faults } = await fuzz(format, { count, python: other, folder });
      assert.deepEqual(faults, []);
      assert.equal(files, count);
      // Both outcomes occur: a reader that refused or accepted everything would not be tested by this.
      assert(read > 0 && read < count, `${read} of ${count} were read`);
      needs(
        context,
        python,
        'nothing is compared: LITTLE_DATA_KERAS_PYTHON names no Python with Pillow and h5py',
      );
    });
});

test('a damaged picture has the pixels that Pillow reads, or is refused', async (context) => {
  if (!needs(context, python, 'LITTLE_DATA_KERAS_PYTHON names no Python with Pillow and h5py')) return;
  const picture = formats.find(({ name }) => name === 'picture')!;
  const { faults } = await fuzz(picture, { count: counts.picture!, python, folder });
  assert.deepEqual(faults, []);
});

test('fuzz() reports a wrong answer, an error that names no file, and an end without an answer', async () => {
  const zip = formats.find(({ name }) => name === 'zip')!;
  const faulty = (change: Partial<Format>) => fuzz({ ...zip, ...change }, { count: 3, folder });
  const wrong = await faulty({ read: async () => Promise.reject(new TypeError('x is undefined')) });
  assert.deepEqual(wrong.faults.map(({ seed }) => seed).sort(), [0, 1, 2]);
  assert(fs.existsSync(wrong.faults[0]!.file));
  assert.equal(isRefusal(new LittleDataError('a.zip: no zip'), '/x/a.zip'), true);
  assert.equal(isRefusal(new LittleDataError('a.zip: found undefined'), '/x/a.zip'), false);
  assert.equal(isRefusal(new LittleDataError('no zip'), '/x/a.zip'), false);
});

test('mutantOf() gives the same bytes for the same seed', () => {
  const whole = Buffer.from('whole file, with a few digits: 0123456789');
  const mutants = Array.from({ length: 50 }, (_, seed) =>
    mutantOf(whole, [whole], seededRandom(seed)).toString('hex'),
  );
  assert.deepEqual(
    mutants,
    Array.from({ length: 50 }, (_, seed) => mutantOf(whole, [whole], seededRandom(seed)).toString('hex')),
  );
  assert(new Set(mutants).size > 40);
});

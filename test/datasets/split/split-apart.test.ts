import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { splitFolders } from '../../../src/datasets/layout-of';
import type { SplitOptions } from '../../../src/datasets/split/split';
import { checkOutside } from '../../../src/datasets/split/split-apart';
import { splitDataset } from '../../../src/datasets/split/split-dataset';
import { checkSourcesOutside } from '../../../src/files/placed/sources-outside';
import { everything, putPhotos, temporaryFolder } from '../folders';

let dir: string;
const dataDir = process.env.LITTLE_DATA_DIR;
beforeEach(() => {
  dir = temporaryFolder('split-apart');
  process.env.LITTLE_DATA_DIR = at('data');
});
afterEach(() => {
  if (dataDir === undefined) delete process.env.LITTLE_DATA_DIR;
  else process.env.LITTLE_DATA_DIR = dataDir;
  fs.rmSync(dir, { recursive: true, force: true });
});

const at = (...parts: string[]) => path.join(dir, ...parts);
const names = (n: number) =>
  ['cats', 'dogs'].flatMap((name) =>
    Array.from({ length: n }, (_, i) => `${name}/${name.slice(0, 3)}.${i}.png`),
  );
const ways: Record<string, SplitOptions> = {
  'by number': { train: [0, 11], validation: [12, 19] },
  'by fraction': { validation: 0.3, seed: 1 },
  'by fraction, another seed': { validation: 0.3, test: 0.2, seed: 2 },
};

for (const [way, options] of Object.entries(ways))
  describe(`splitDataset() ${way}`, () => {
    const refuses = async (photos: string, outDir?: string) => {
      const before = everything(dir);
      await assert.rejects(splitDataset(photos, { ...options, outDir, verbose: 0 }), {
        name: 'LittleDataError',
        message: /expected a folder (outside|without any of the files)/,
      });
      assert.deepEqual(everything(dir), before);
    };

    test('refuses the folder above photos that lie in train, validation or test', async () => {
      for (const part of ['train', 'validation', 'test']) {
        putPhotos(at('X', part), names(20));
        await refuses(at('X', part), at('X'));
        fs.rmSync(at('X'), { recursive: true });
      }
    });

    test('refuses photos within such a folder, at any depth', async () => {
      putPhotos(at('X/train/2024/photos'), names(20));
      await refuses(at('X/train/2024/photos'), at('X'));
    });

    test('refuses the photos’ folder, and one within it, through a link as well', async (context) => {
      putPhotos(at('photos'), names(20));
      for (const outDir of [at('photos'), at('photos/out'), at('photos/cats')])
        await refuses(at('photos'), outDir);
      if (process.platform === 'win32') return context.skip('links need a right of their own here');
      fs.symlinkSync('photos', at('link'));
      for (const outDir of [at('link'), at('link/out/deep')]) await refuses(at('photos'), outDir);
      await refuses(at('link'), at('photos/out'));
      // A photo that lies in the split.
      fs.mkdirSync(at('split/train'), { recursive: true });
      fs.renameSync(at('photos/cats/cat.0.png'), at('split/train/1.png'));
      fs.symlinkSync(at('split/train/1.png'), at('photos/cats/cat.0.png'));
      await refuses(at('photos'), at('split'));
      fs.rmSync(at('photos/cats/cat.0.png'));
      fs.renameSync(at('split/train/1.png'), at('photos/cats/cat.0.png'));
      // A class folder that lies elsewhere.
      fs.mkdirSync(at('album'));
      fs.renameSync(at('photos/cats'), at('album/cats'));
      fs.symlinkSync(at('album/cats'), at('photos/cats'));
      await refuses(at('photos'), at('album/cats'));
      // A class folder that lies in the split.
      fs.mkdirSync(at('out'));
      fs.renameSync(at('album/cats'), at('out/train'));
      fs.rmSync(at('photos/cats'));
      fs.symlinkSync(at('out/train'), at('photos/cats'));
      await refuses(at('photos'), at('out'));
    });

    test('takes a folder above the photos that keeps apart from them', async () => {
      putPhotos(at('X/photos'), names(20));
      const before = everything(dir);
      const split = await splitDataset(at('X/photos'), { ...options, outDir: at('X'), verbose: 0 });
      assert.equal(split.files.linked, 40);
      assert.deepEqual({ ...everything(dir), ...before }, everything(dir));
      assert.equal(
        (await splitDataset(at('X/photos'), { ...options, outDir: at('X'), verbose: 0 })).files.kept,
        40,
      );
      // The next run would search the split as well.
      fs.rmSync(at('X'), { recursive: true });
      putPhotos(at('X/photos'), names(20));
      await refuses(at('X'), at('X'));
    });
  });

test('splitDataset() by number refuses photos in data/train, its own default', async () => {
  putPhotos(at('data/train'), names(20));
  const before = everything(dir);
  for (const train of [
    [0, 9],
    [0, 4],
  ] as const)
    await assert.rejects(
      splitDataset(at('data/train'), { train, validation: [10, 19], verbose: 0 }),
      /`outDir`: expected a folder outside/,
    );
  assert.deepEqual(everything(dir), before);
});

test('checkOutside() and checkNoPhotos() see through a disk that ignores case', async (context) => {
  putPhotos(at('Photos'), ['train/1.png']);
  if (!fs.existsSync(at('photos'))) return context.skip('this disk minds case');
  assert.throws(() => checkOutside([at('Photos')], { outDir: at('PHOTOS/out') }));
  assert.throws(() =>
    checkSourcesOutside([at('Photos/train/1.png')], { dir: at('pHOTOS'), folders: splitFolders }),
  );
});

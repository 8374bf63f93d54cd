/** Every public function that writes or reads a file says what is wrong with a place, whatever is wrong with it. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { LayersModel } from '@tensorflow/tfjs-node';
import {
  exportModel,
  exportPredictor,
  exportWebPage,
  findPhotos,
  LittleDataError,
  loadHead,
  np,
  predictFolder,
  predictPhoto,
  predictToFile,
  saveHead,
  scanPhotos,
  showGallery,
  showPhoto,
  splitDataset,
} from '../src';
import { preprocessInput } from '../src/networks/vgg16';
import { tf } from '../src/tensorflow';
import { everything, put } from './datasets/folders';
import { headFor } from './export/heads';
import { flow, photoFolder, temporary, tinyNetwork } from './features/tiny';
import { closedFolder } from './files/small-disk';

const { dir, remove } = temporary();
const photos = photoFolder(path.join(dir, 'photos'), { cats: 4, dogs: 4 });
let base: LayersModel;
let head: LayersModel;
before(() => {
  base = tinyNetwork().model;
  head = headFor(base, { targetSize: [4, 4], preprocessingFunction: preprocessInput });
});
after(() => {
  base.dispose();
  head.dispose();
  remove();
});

/** What writes a file or folder at `place`. */
const writers: Record<string, (place: string) => unknown> = {
  'np.save': (place) => np.save(place, tf.zeros([2])),
  saveHead: (place) => saveHead(head, place),
  exportModel: (place) => exportModel(head, place, { base }),
  exportPredictor: (place) => exportPredictor(head, place, { base }),
  exportWebPage: (place) => exportWebPage(head, place, { base }),
  predictToFile: (place) => predictToFile(base, flow(photos), { file: place, verbose: 0 }),
  splitDataset: (place) => splitDataset(photos, { validation: 0.25, seed: 1, outDir: place, verbose: 0 }),
};

/** What reads a file at `place`, and what reads a folder. */
const readers: Record<string, (place: string) => unknown> = {
  'np.load': (place) => np.load(place),
  loadHead: (place) => loadHead(place),
  predictPhoto: (place) => predictPhoto(place, { head, base }),
  showPhoto: (place) => showPhoto(place),
};
const folderReaders: Record<string, (place: string) => unknown> = {
  predictFolder: (place) => predictFolder(place, { head, base, verbose: 0 }),
  scanPhotos: (place) => scanPhotos(place, { verbose: 0 }),
  showGallery: (place) => showGallery(place, { perClass: 1 }),
  flowFromDirectory: (place) => flow(place),
  findPhotos: (place) => findPhotos(place),
  splitDataset: (place) => splitDataset(place, { validation: 0.25, seed: 1, verbose: 0 }),
};

/** One problem, in four parts, that names the place; no words of the system, and no name of our own beside the place. */
async function refuses(work: (place: string) => unknown, place: string): Promise<void> {
  await assert.rejects(
    async () => work(place),
    (error: Error) => {
      assert(error instanceof LittleDataError, error.stack);
      assert(error.message.includes(path.basename(place)), error.message);
      assert.equal(error.message.split(': expected ').length, 2, error.message);
      assert.doesNotMatch(error.message, /\.part\b|E[A-Z]{3,}: |syscall|undefined/);
      return true;
    },
  );
}

for (const [name, write] of Object.entries(writers))
  describe(`${name}() says what is wrong`, () => {
    test('with a disk that is read-only', async (context) => {
      const closed = closedFolder(dir);
      if (!closed) return context.skip('a folder that may not be written cannot be made here');
      try {
        await refuses(write, path.join(closed.path, 'out.x'));
        await refuses(write, path.join(closed.path, 'new', 'out.x'));
        assert.deepEqual(fs.readdirSync(closed.path), []);
      } finally {
        closed.remove();
      }
    });

    test('with a folder, or a file, that is in the way', async () => {
      const place = path.join(dir, `${name} out`);
      put(place, 'full/mine.txt');
      put(place, 'file', 'mine');
      const earlier = everything(place);
      // A split may lie beside other files.
      if (name !== 'splitDataset') await refuses(write, path.join(place, 'full'));
      await refuses(write, path.join(place, 'file'));
      await refuses(write, path.join(place, 'file', 'out.x'));
      await refuses(write, path.join(place, 'file', 'new', 'out.x'));
      assert.deepEqual(everything(place), earlier);
    });
  });

for (const [name, read] of Object.entries({ ...readers, ...folderReaders }))
  test(`${name}() says what is wrong with a place that it cannot read`, async () => {
    const place = path.join(dir, `${name} in`);
    put(place, 'folder/mine.txt');
    put(place, 'file', 'mine');
    for (const part of ['folder', 'file', 'file/x', 'missing', 'missing/x'])
      await refuses(read, path.join(place, ...part.split('/')));
  });

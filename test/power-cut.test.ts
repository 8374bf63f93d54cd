import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { findPhotos } from '../src/datasets/tutorial/find-photos';
import { writeFolder } from '../src/export/write-folder';
import { writeWhole } from '../src/files/atomic';
import { downloadFile } from '../src/files/download-file';
import { syncTree } from '../src/files/sync';
import { writeH5 } from '../src/formats/h5';
import { NpyWriter } from '../src/formats/npy-writer';
import { filesBelow, put, temporaryFolder } from './datasets/folders';
import { serveFile } from './files/file-server';
import { makeZip } from './files/make-zip';
import { placeFiles } from './files/placed/place';
import { seenSyncs } from './files/syncs';
import { type CuttableDisk, cuttableDisk } from './fixtures/power-cut';

const bytes = (name: string) => `bytes of ${name} `.repeat(100);
const names = Array.from({ length: 200 }, (_, i) => `${['Cat', 'Dog'][i % 2]}/${i}.jpg`);

let dir: string;
beforeEach(() => {
  dir = temporaryFolder('power-cut');
});
afterEach(() => fs.rmSync(dir, { recursive: true, force: true }));

/** What writes below `place`, by what it is called. Photos and zips lie in `dir`, on another disk. */
const writers: Record<string, (place: string) => Promise<unknown>> = {
  'writeWhole()': async (place) =>
    writeWhole(path.join(place, 'a.txt'), (descriptor) => fs.writeFileSync(descriptor, bytes('a'))),
  'findPhotos()': async (place) => {
    process.env.LITTLE_DATA_DIR = place;
    const zip = put(dir, 'pets.zip', await makeZip(names.map((name) => ({ name, data: bytes(name) }))));
    await findPhotos(zip, { onNotice: () => undefined });
  },
  'splitDataset(), links': async (place) => {
    const photos = names.map((name) => put(place, `photos/${name}`, bytes(name)));
    await syncTree(place);
    return placeFiles(
      path.join(place, 'split'),
      names.map((name, i) => ({ source: photos[i]!, target: `train/${name}` })),
    );
  },
  'splitDataset(), copies': (place) =>
    placeFiles(
      path.join(place, 'split'),
      names.map((name) => ({ source: put(dir, name, bytes(name)), target: `train/${name}` })),
    ),
  'downloadFile()': async (place) => {
    const file = path.join(place, 'photos.zip');
    const server = await serveFile({ body: Buffer.from(bytes('zip')), part: `${file}.part` });
    await downloadFile(`${server.origin}/photos.zip`, file).finally(server.close);
  },
  'exportModel()': (place) =>
    writeFolder(path.join(place, 'model'), {
      kind: 'model',
      write: (folder) => {
        for (const name of names) put(folder, name, bytes(name));
      },
    }),
  'saveHead()': (place) => {
    const weights = [{ name: 'kernel', shape: [100], data: new Float32Array(100).fill(1) }];
    return writeH5(path.join(place, 'head.h5'), { layers: [{ name: 'a', weights }], attributes: {} });
  },
  'predictGenerator() to a file': async (place) => {
    const writer = new NpyWriter(path.join(place, 'x.npy'), { rowShape: [100], maxRows: 1 });
    writer.write(0, new Float32Array(100).fill(1));
    writer.finish(1);
  },
};

/** All files with their bytes. */
function contentOf(place: string): Record<string, string> {
  return Object.fromEntries(
    filesBelow(place).map((name) => [name, fs.readFileSync(path.join(place, name), 'latin1')]),
  );
}

describe('a power cut', () => {
  const before = process.env.LITTLE_DATA_DIR;
  let disk: CuttableDisk | undefined;
  afterEach(() => {
    disk?.remove();
    if (before === undefined) delete process.env.LITTLE_DATA_DIR;
    else process.env.LITTLE_DATA_DIR = before;
  });

  test('leaves a file empty that was not flushed, on the disk of these tests', (context) => {
    disk = cuttableDisk(dir);
    if (!disk)
      return context.skip('only the superuser can mount ext4 from a file, with python3 to cut its power');
    put(disk.path, 'a.txt', 'bytes');
    disk.cutPower();
    assert.deepEqual(contentOf(disk.path), { 'a.txt': '' });
  });

  for (const [name, write] of Object.entries(writers))
    test(`does nothing to what ${name} wrote before`, async (context) => {
      disk = cuttableDisk(dir);
      if (!disk)
        return context.skip('only the superuser can mount ext4 from a file, with python3 to cut its power');
      await write(disk.path);
      const content = contentOf(disk.path);
      disk.cutPower();
      assert.deepEqual(contentOf(disk.path), content);
      assert(Object.keys(content).length > 0);
    });
});

test('splitDataset() flushes each copy before it has its name, and the folders before it ends', async () => {
  const { link } = fs.promises;
  fs.promises.link = () => Promise.reject(new Error('no links here'));
  try {
    const out = path.join(dir, 'out');
    const files = ['cats/1.jpg', 'dogs/2.jpg'].map((name) => ({
      source: put(dir, name),
      target: path.join('train', name),
    }));
    const syncs = (await seenSyncs(() => placeFiles(out, files))).map(({ place, files: there }) => ({
      place: path.relative(out, place).replaceAll(path.sep, '/'),
      there: there.filter((name) => name.endsWith('.jpg')),
    }));
    const copies = syncs.flatMap(({ place }, i) =>
      place.endsWith('.part') && !place.includes('json') ? [i] : [],
    );
    assert.equal(copies.length, 2);
    for (const folder of ['train/cats', 'train/dogs']) {
      const own = syncs.findIndex(({ place }) => place === folder);
      assert(own > copies[1]!, 'the folder comes after the copies');
      assert.equal(syncs[own]!.there.length, 1);
    }
    assert(syncs.some(({ place }) => place === 'train'));
  } finally {
    fs.promises.link = link;
  }
});

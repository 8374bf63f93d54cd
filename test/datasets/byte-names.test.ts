import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { ImageDataGenerator } from '../../src/datasets/batches/image-data-generator';
import { scanPhotos } from '../../src/datasets/scan/scan-photos';
import { splitDataset } from '../../src/datasets/split/split-dataset';
import { bytesOf } from '../../src/files/byte-names';
import { tensorflowReady } from '../../src/tensorflow';
import { printed, temporaryFolder, tinyPhoto } from './folders';

const skip = process.platform !== 'linux' && 'names that are not UTF-8 exist on Linux only';
let dir: string;
before(async () => {
  await tensorflowReady();
  dir = temporaryFolder('bytes');
});
after(() => fs.rmSync(dir, { recursive: true, force: true }));

// As Latin-1 has them: "hühner" and "Jörg.png". Keras reads both.
const [hens, joerg] = ['h\udcfchner', 'J\udcf6rg.png'];

test('photos and classes whose names are not UTF-8 are scanned, split and read', { skip }, async () => {
  const photos = path.join(dir, 'photos');
  const names = [hens, 'cats'].flatMap((name) =>
    [joerg, ...Array.from({ length: 7 }, (_, i) => `${i}.png`)].map((photo) => `${name}/${photo}`),
  );
  for (const [i, name] of names.entries()) {
    const file = path.join(photos, name);
    fs.mkdirSync(bytesOf(path.dirname(file)), { recursive: true });
    fs.writeFileSync(bytesOf(file), tinyPhoto(i));
  }
  const report = await scanPhotos(photos, { verbose: 0 });
  assert.deepEqual([report.found, report.usable], [16, 16]);
  assert.match(report.toString(), /h\\xfchner: 8 of 8 usable/);

  const outDir = path.join(dir, 'split');
  const options = { validation: 0.5, seed: 3, outDir, verbose: 0 };
  const { counts, files } = await splitDataset(photos, options);
  assert.equal(files.linked, 16);
  assert.deepEqual(Object.keys(counts.train), ['cats', hens]);
  assert.equal((await splitDataset(photos, options)).files.kept, 16);

  let samples = 0;
  let read = 0;
  for (const folder of ['train', 'validation']) {
    const { result: flow, lines } = await printed(() =>
      new ImageDataGenerator().flowFromDirectory(path.join(outDir, folder), {
        targetSize: [4, 4],
        classes: folder === 'train' ? undefined : ['cats', hens],
        shuffle: false,
      }),
    );
    assert.deepEqual(flow.classNames, ['cats', hens], lines.join());
    samples += flow.samples;
    for await (const { x, y } of flow) {
      read += x.shape[0];
      x.dispose();
      y!.dispose();
    }
    assert.deepEqual(flow.unreadable, []);
  }
  assert.deepEqual([samples, read], [16, 16]);
  const removed = await splitDataset(photos, { ...options, seed: 4 });
  assert.equal(removed.files.kept + removed.files.linked, 16);
});

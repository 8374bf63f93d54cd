import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { byGroup, fileOf } from '../../src/datasets/dataset';
import { readDataset } from '../../src/datasets/read-dataset';
import { scanPhotos } from '../../src/datasets/scan/scan-photos';
import { splitDataset } from '../../src/datasets/split/split-dataset';
import { type Entry, makeZip } from '../files/make-zip';
import { everything, putPhotos, temporaryFolder, tinyPhoto } from './folders';

let dir: string;
let notices: string[];
const kept = process.env.LITTLE_DATA_DIR;

beforeEach(() => {
  dir = temporaryFolder('dataset');
  notices = [];
  process.env.LITTLE_DATA_DIR = path.join(dir, 'data');
});
afterEach(() => {
  fs.rmSync(dir, { recursive: true, force: true });
  if (kept === undefined) delete process.env.LITTLE_DATA_DIR;
  else process.env.LITTLE_DATA_DIR = kept;
});

const at = (...names: string[]) => path.join(dir, ...names);
const read = (place: string) => readDataset(place, { onNotice: (text) => notices.push(text) });
const photos = (names: string[]): Entry[] => names.map((name, i) => ({ name, data: tinyPhoto(i) }));

async function putZip(name: string, entries: Entry[]): Promise<string> {
  fs.mkdirSync(path.dirname(at(name)), { recursive: true });
  fs.writeFileSync(at(name), await makeZip(entries));
  return at(name);
}

/** How many photos each class has. */
async function counts(place: string): Promise<Record<string, number>> {
  return Object.fromEntries([...byGroup(await read(place))].map(([name, list]) => [name, list.length]));
}

test('readDataset() reads folders in each layout', async () => {
  putPhotos(at('folders'), ['roses/1.jpg', 'roses/old/2.jpg', 'tulips/1.jpg', 'me.jpg']);
  putPhotos(at('flat'), ['rose.1.jpg', 'rose.2.jpg', 'tulip.1.jpg']);
  putPhotos(at('split'), ['train/a/1.jpg', 'train/b/1.jpg', 'val/a/1.jpg']);
  putPhotos(at('none'), ['1.jpg', 'sub/2.jpg', 'sub/3.jpg'].slice(0, 1));
  assert.deepEqual(await counts(at('folders')), { roses: 2, tulips: 1 });
  assert.deepEqual((await read(at('folders'))).metadata.unlabelled, ['me.jpg']);
  assert.deepEqual(await counts(at('flat')), { rose: 2, tulip: 1 });
  assert.deepEqual(await counts(at('split')), { 'train/a': 1, 'train/b': 1, 'validation/a': 1 });
  assert.deepEqual(await counts(at('none')), { '': 1 });
});

test('readDataset() reads the zip of any classes once, and leaves it as it is', async () => {
  const zip = await putZip('flowers.zip', [
    ...photos(['flowers/roses/1.jpg', 'flowers/tulips/a/1.jpg', '__MACOSX/flowers/roses/._1.jpg']),
    { name: 'flowers/LICENSE.txt' },
  ]);
  const before = fs.readFileSync(zip);
  const first = await read(zip);
  assert.deepEqual(first.classes, ['roses', 'tulips']);
  assert.deepEqual([first.metadata.origin, first.metadata.zip], [zip, zip]);
  assert.deepEqual(
    first.photos.map((photo) => fs.readFileSync(fileOf(first, photo))),
    [tinyPhoto(0), tinyPhoto(1)],
  );
  assert.deepEqual(await read(zip), first);
  assert.equal(notices.length, 1, notices.join());
  assert(fs.readFileSync(zip).equals(before));
  assert.deepEqual(await counts(dir), { roses: 1, tulips: 1 });
});

test('readDataset() takes the zip of a folder in which classes can be told, also within another zip', async () => {
  const inner = await makeZip(photos(['train/rose.1.jpg', 'train/tulip.1.jpg']));
  await putZip('kaggle/all.zip', [{ name: 'sample.csv' }, { name: 'train.zip', data: inner }]);
  await putZip('kaggle/a-test.zip', photos(['test1/1.jpg', 'test1/2.jpg']));
  assert.deepEqual(await counts(at('kaggle')), { rose: 1, tulip: 1 });
  fs.rmSync(at('kaggle', 'all.zip'));
  assert.deepEqual(await counts(at('kaggle')), { '': 2 });
});

test('readDataset() names a zip without photos, and a broken one', async () => {
  await assert.rejects(read(await putZip('texts.zip', [{ name: 'a.txt' }])), /texts\.zip: .* without photos/);
  fs.writeFileSync(at('broken.zip'), 'PK');
  await assert.rejects(read(at('broken.zip')), /broken\.zip: expected a whole zip/);
  await assert.rejects(read(at('gone.zip')), /gone\.zip: .*no such/);
});

test('a zip of any classes is scanned and split', async () => {
  const names = Array.from({ length: 40 }, (_, i) => `flowers/${i % 2 ? 'roses' : 'tulips'}/${i}.png`);
  const zip = await putZip('flowers.zip', photos(names));
  const before = everything(dir);
  const report = await scanPhotos(zip, { verbose: 0 });
  assert.deepEqual(
    report.classes.map(({ className, usable }) => [className, usable]),
    [
      ['roses', 20],
      ['tulips', 20],
    ],
  );
  const { counts, trainDir } = await splitDataset(zip, { validation: 0.25, seed: 1, verbose: 0 });
  for (const name of ['roses', 'tulips'])
    assert.equal(counts.train[name]! + counts.validation[name]!, 20, name);
  assert(fs.existsSync(path.join(trainDir, 'roses')));
  for (const [name, content] of Object.entries(before)) assert.equal(everything(dir)[name], content);
});

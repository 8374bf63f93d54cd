import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { LittleDataError } from '../../../src/check';
import { findPhotos, type PhotoSource } from '../../../src/datasets/tutorial/find-photos';
import { makeZip, renamed } from '../../files/make-zip';
import { malformed } from '../../fixtures/malformed';

const flat = ['cat.10.jpg', 'cat.2.JPG', 'dog.0.jpg', 'dog.1.jpg'];
const petImages = ['Cat/10.jpg', 'Cat/2.jpg', 'Dog/0.jpg', 'Dog/1.jpg'];
const split = ['train', 'validation'].flatMap((part) => [`${part}/cats/cat.1.jpg`, `${part}/dogs/dog.1.jpg`]);

let root: string;
let dir: string;
let notices: string[];
const kept = { dir: process.env.LITTLE_DATA_DIR, photos: process.env.LITTLE_DATA_PHOTOS };

before(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'source-'));
});
after(() => {
  fs.rmSync(root, { recursive: true, force: true });
  setVariable('LITTLE_DATA_DIR', kept.dir);
  setVariable('LITTLE_DATA_PHOTOS', kept.photos);
});
beforeEach(() => {
  dir = fs.mkdtempSync(path.join(root, 't-'));
  notices = [];
  setVariable('LITTLE_DATA_DIR', path.join(dir, 'data'));
  setVariable('LITTLE_DATA_PHOTOS', undefined);
});

function setVariable(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}

function put(folder: string, names: string[]): string {
  for (const name of names) {
    const file = path.join(dir, folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, `bytes of ${name}`);
  }
  return path.join(dir, folder);
}

async function putZip(name: string, entries: string[]): Promise<string> {
  fs.mkdirSync(path.dirname(path.join(dir, name)), { recursive: true });
  fs.writeFileSync(path.join(dir, name), await makeZip(entries.map((entry) => ({ name: entry }))));
  return path.join(dir, name);
}

const find = (place?: string) => findPhotos(place, { onNotice: (text) => notices.push(text) });

/** For each part and class the indices and the files relative to the layout's folder. */
function shown(source: PhotoSource | null): unknown {
  assert.ok(source);
  const entries = Object.entries(source.parts).map(([part, classes]) => [
    part,
    Object.fromEntries(
      Object.entries(classes as PhotoSource['parts']['all'] & object).map(([name, photos]) => [
        name,
        photos.map(({ index, file }) => [index, path.relative(source.dir, file).replaceAll(path.sep, '/')]),
      ]),
    ),
  ]);
  return { layout: source.layout, parts: Object.fromEntries(entries) };
}

const asFlat = {
  layout: 'flat',
  parts: {
    all: {
      cats: [
        [2, 'cat.2.JPG'],
        [10, 'cat.10.jpg'],
      ],
      dogs: [
        [0, 'dog.0.jpg'],
        [1, 'dog.1.jpg'],
      ],
    },
  },
};
const asPetImages = {
  layout: 'petimages',
  parts: {
    all: {
      cats: [
        [2, 'Cat/2.jpg'],
        [10, 'Cat/10.jpg'],
      ],
      dogs: [
        [0, 'Dog/0.jpg'],
        [1, 'Dog/1.jpg'],
      ],
    },
  },
};
const asSplit = {
  layout: 'split',
  parts: Object.fromEntries(
    ['train', 'validation'].map((part) => [
      part,
      { cats: [[1, `${part}/cats/cat.1.jpg`]], dogs: [[1, `${part}/dogs/dog.1.jpg`]] },
    ]),
  ),
};

test("findPhotos() finds Kaggle's flat folder, itself or in train/, by the number in the name", async () => {
  const train = put('kaggle/train', [...flat, 'notes.txt', '._cat.3.jpg', 'Thumbs.db']);
  put('kaggle/test1', ['1.jpg', '2.jpg']);
  for (const place of [train, path.dirname(train)]) {
    const source = await find(place);
    assert.deepEqual(shown(source), asFlat);
    assert.equal(source?.dir, train);
    assert.equal(source?.origin, place);
    assert.equal(source?.zip, undefined);
  }
  assert.deepEqual(notices, []);
});

test("findPhotos() finds Microsoft's PetImages, itself or its parent", async () => {
  const pets = put('ms/PetImages', [...petImages, 'Cat/Thumbs.db']);
  for (const place of [pets, path.dirname(pets)]) assert.deepEqual(shown(await find(place)), asPetImages);
});

test('findPhotos() finds split photos, itself or one folder below', async () => {
  const folder = put('google/cats_and_dogs_filtered', [...split, 'vectorize.py']);
  for (const place of [folder, path.dirname(folder)]) assert.deepEqual(shown(await find(place)), asSplit);
});

test('findPhotos() follows links to folders and photos', async () => {
  const real = put('elsewhere', flat);
  fs.mkdirSync(path.join(dir, 'links'));
  fs.symlinkSync(real, path.join(dir, 'links', 'train'), 'junction');
  assert.deepEqual(shown(await find(path.join(dir, 'links'))), asFlat);
});

test('findPhotos() says which pictures it leaves out for their names', async () => {
  await find(put('odd', [...flat, 'cat.jpg', 'holiday.png']));
  assert.match(notices.join(), /2 pictures \(cat.jpg, holiday.png\)/);
});

test('findPhotos() takes the place from LITTLE_DATA_PHOTOS, a relative one from the project', async () => {
  const folder = put('named', flat);
  setVariable('LITTLE_DATA_PHOTOS', path.relative(path.resolve(__dirname, '../../..'), folder));
  const source = await find();
  assert.deepEqual(shown(source), asFlat);
  assert.equal(source?.origin, folder);
  setVariable('LITTLE_DATA_PHOTOS', path.join(dir, 'gone'));
  await assert.rejects(
    find(),
    /gone \(named by LITTLE_DATA_PHOTOS\): expected photos of cats and dogs, found nothing/,
  );
});

test('findPhotos() looks into data/dogs-vs-cats, and gives null where nothing is there', async () => {
  assert.equal(await find(), null);
  put('data/dogs-vs-cats', ['README.md', '.gitkeep']);
  assert.equal(await find(), null);
  put('data/dogs-vs-cats', ['kagglecatsanddogs_5340.zip.part', 'kagglecatsanddogs_5340.zip.part.json']);
  assert.equal(await find(), null);
  assert.match(notices.join(), /unfinished download.*npm run photos/);
  put('data/dogs-vs-cats', ['holiday.txt']);
  await assert.rejects(find(), /holiday.txt.*the sample/);
  put('data/dogs-vs-cats', flat);
  assert.deepEqual(shown(await find()), asFlat);
});

test('findPhotos() unpacks the photos of a zip once, and leaves the zip as it is', async () => {
  const zip = await putZip('kagglecatsanddogs_5340.zip', [
    ...petImages.map((name) => `PetImages/${name}`),
    'PetImages/Cat/Thumbs.db',
    'readme[1].txt',
  ]);
  const before = fs.readFileSync(zip);
  const first = await find(zip);
  assert.deepEqual(shown(first), asPetImages);
  assert.deepEqual([first?.origin, first?.zip], [zip, zip]);
  const unpacked = path.dirname(first!.dir);
  assert.equal(path.dirname(unpacked), path.join(dir, 'data', 'cache', 'zips'));
  assert.match(path.basename(unpacked), /^kagglecatsanddogs_5340-[0-9a-f]{12}$/);
  assert.deepEqual(fs.readdirSync(unpacked), ['.little-data-unpacked.json', 'PetImages']);
  assert.equal(notices.length, 1);
  const written = fs.statSync(first!.parts.all!.cats![0]!.file).ino;
  const second = await find(zip);
  assert.deepEqual(second, first);
  assert.equal(fs.statSync(second!.parts.all!.cats![0]!.file).ino, written);
  assert.equal(notices.length, 1);
  assert.ok(fs.readFileSync(zip).equals(before));
});

test('findPhotos() stops unpacking on an interrupt and leaves nothing behind', async () => {
  const zip = await putZip(
    'pets.zip',
    petImages.map((name) => `PetImages/${name}`),
  );
  const onProgress = () => void process.emit('SIGINT');
  await assert.rejects(findPhotos(zip, { onNotice: () => undefined, onProgress }), {
    name: 'InterruptedError',
    message: /1 of 4 files/,
  });
  assert.deepEqual(fs.readdirSync(path.join(dir, 'data', 'cache', 'zips')), []);
  assert.deepEqual(shown(await find(zip)), asPetImages);
});

test('findPhotos() finds the zip in a folder, also beside others', async () => {
  await putZip(
    'data/dogs-vs-cats/train.zip',
    flat.map((name) => `train/${name}`),
  );
  await putZip('data/dogs-vs-cats/test1.zip', ['test1/1.jpg', 'test1/2.jpg']);
  put('data/dogs-vs-cats', ['broken.zip']);
  const source = await find();
  assert.deepEqual(shown(source), asFlat);
  assert.equal(source?.origin, path.join(dir, 'data', 'dogs-vs-cats'));
  assert.equal(source?.zip, path.join(dir, 'data', 'dogs-vs-cats', 'train.zip'));
  await putZip(
    'filtered/cats_and_dogs_filtered.zip',
    split.map((name) => `cats_and_dogs_filtered/${name}`),
  );
  assert.deepEqual(shown(await find(path.join(dir, 'filtered'))), asSplit);
});

test("findPhotos() unpacks the train.zip in Kaggle's dogs-vs-cats.zip", async () => {
  const inner = await makeZip(flat.map((name) => ({ name: `train/${name}` })));
  const outer = await makeZip([
    { name: 'sampleSubmission.csv' },
    { name: 'test1.zip', data: await makeZip([{ name: 'test1/1.jpg' }]) },
    { name: 'train.zip', data: inner },
  ]);
  const zip = path.join(dir, 'dogs-vs-cats.zip');
  fs.writeFileSync(zip, outer);
  assert.deepEqual(shown(await find(zip)), asFlat);
  const caches = fs.readdirSync(path.join(dir, 'data', 'cache', 'zips'));
  assert.equal(caches.length, 1, caches.join());
  fs.writeFileSync(zip, renamed(outer, 'bytes of train/dog.1', 'bytes of train/dog.X'));
  await assert.rejects(find(zip), /expected a whole train.zip in it, found .*CRC-32/);
});

test("findPhotos() that runs twice at once unpacks Kaggle's zip once", async () => {
  const inner = await makeZip(flat.map((name) => ({ name: `train/${name}` })));
  const zip = path.join(dir, 'dogs-vs-cats.zip');
  fs.writeFileSync(zip, await makeZip([{ name: 'train.zip', data: inner }]));
  let unpacked = 0;
  const once = () => findPhotos(zip, { onNotice: () => undefined, onProgress: () => unpacked++ });
  for (const source of await Promise.all([once(), once()])) assert.deepEqual(shown(source), asFlat);
  assert.equal(unpacked, flat.length);
  const caches = fs.readdirSync(path.join(dir, 'data', 'cache', 'zips'));
  assert.equal(caches.length, 1, caches.join());
});

test('findPhotos() says that unpacked photos are empty, and unpacks them again', async () => {
  const zip = await putZip('pets.zip', petImages);
  const { dir: unpacked } = (await find(zip))!;
  notices = [];
  for (const name of petImages) fs.truncateSync(path.join(unpacked, name));
  await find(unpacked);
  assert.match(notices.join(), /4 of the 4 files .* another size .*Name the zip instead of the folder/);
  notices = [];
  assert.deepEqual(shown(await find(zip)), asPetImages);
  assert.match(
    notices.join(),
    /4 of the 4 files .*is unpacked again.*earlier folder is now .* can be deleted/,
  );
  for (const name of petImages)
    assert.equal(fs.readFileSync(path.join(unpacked, name), 'utf8'), `bytes of ${name}`);
  notices = [];
  await find(zip);
  await find(unpacked);
  assert.deepEqual(notices, []);
});

test('findPhotos() finds a zip of which no photo can be used as useless each time', async () => {
  const zip = await putZip('pets.zip', ['Cat/1.jpg', 'Dog/1.jpg']);
  fs.writeFileSync(zip, renamed(fs.readFileSync(zip), 'bytes of Dog/1', 'bytes of Dog/X'));
  for (let i = 0; i < 2; i++) await assert.rejects(find(zip), /a zip without such photos/);
});

test('findPhotos() names the damaged photos of a zip each time', async () => {
  const zip = await putZip('pets.zip', petImages);
  fs.writeFileSync(zip, renamed(fs.readFileSync(zip), 'bytes of Dog/1', 'bytes of Dog/X'));
  for (let i = 0; i < 2; i++) {
    notices = [];
    const source = await find(zip);
    assert.deepEqual(
      source?.parts.all?.dogs?.map(({ index }) => index),
      [0],
    );
    assert.match(notices.join(), /Left out of .*Dog\/1.jpg \(damaged: its checksum/);
  }
  const zips = path.join(dir, 'data', 'cache', 'zips');
  const folder = fs.readdirSync(zips).find((name) => name.startsWith('pets-'))!;
  const record = path.join(zips, folder, '.little-data-unpacked.json');
  for (const text of malformed(fs.readFileSync(record, 'utf8'))) {
    fs.writeFileSync(record, text);
    const result = await find(zip).catch((error: Error) => error);
    if (result instanceof Error) assert(result instanceof LittleDataError, `${text}: ${result.stack}`);
  }
  fs.writeFileSync(record, 'null');
  await assert.rejects(find(zip), /little-data-unpacked\.json: expected the record .* delete it/);
});

test('findPhotos() says what is wrong with a named place: where, what it saw, what it expected', async () => {
  const folder = put('holiday', ['beach.png', 'b.txt', 'a.txt', 'rome/1.jpg']);
  await assert.rejects(find(folder), (error: Error) => {
    assert.equal(error.name, 'LittleDataError');
    assert.match(error.message, /holiday: expected photos of cats and dogs/);
    assert.match(
      error.message,
      /3 files: 2 \.txt, 1 \.png \(a\.txt, b\.txt, beach\.png\) and 1 folders \(rome\/\)/,
    );
    assert.match(error.message, /cat\.N\.jpg.*PetImages.*train,validation/);
    return true;
  });
  fs.mkdirSync(path.join(dir, 'empty'));
  await assert.rejects(find(path.join(dir, 'empty')), /found an empty folder/);
  await assert.rejects(find(put('cats only', ['cat.1.jpg'])), /1 \.jpg \(cat\.1\.jpg\)/);
  await assert.rejects(find(path.join(folder, 'a.txt')), /expected a whole zip archive/);
  await assert.rejects(find(await putZip('other.zip', ['test1/1.jpg'])), /a zip without such photos/);
  assert.ok(!fs.existsSync(path.join(dir, 'data', 'cache', 'zips', 'other')));
});

test('findPhotos() says which class of a split is missing', async () => {
  const folder = put('half', split.slice(0, 3));
  await assert.rejects(find(folder), /validation: expected photos in the folder dogs.*found no such folder/);
});

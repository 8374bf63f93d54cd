import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { readClassFolders } from '../../src/datasets/read-class-folders';
import { put, putPhotos, temporaryFolder, tinyPhoto } from './folders';

let dir: string;
beforeEach(() => {
  dir = temporaryFolder('folder');
});
afterEach(() => fs.rmSync(dir, { recursive: true, force: true }));

const names = (options?: { classes?: string[] }) =>
  readClassFolders(dir, options).photos.map(({ filename }) => filename);
const link = (target: string, name: string) => fs.symlinkSync(target, path.join(dir, name));

test('readClassFolders() sorts classes and photos by code point, as Keras does', () => {
  // Source: Keras 3.15, `flow_from_directory(dir).class_indices` and `.filenames` of this folder.
  putPhotos(dir, ['a/1.jpg', 'B/b.jpg', 'B/10.jpg', 'B/9.jpg', 'B/B.jpg', '2/1.jpg', '10/1.jpg', 'é/1.jpg']);
  const { classes } = readClassFolders(dir);
  assert.deepEqual(classes, ['10', '2', 'B', 'a', 'é']);
  assert.deepEqual(names(), [
    '10/1.jpg',
    '2/1.jpg',
    'B/10.jpg',
    'B/9.jpg',
    'B/B.jpg',
    'B/b.jpg',
    'a/1.jpg',
    'é/1.jpg',
  ]);
});

test('readClassFolders() takes names with spaces, unicode in both forms, # and %', () => {
  const odd = [' a ', '#1', '%41', 'é', 'e\u0301', '猫', "it's", '\u{1f436}', 'constructor', '__proto__'];
  putPhotos(
    dir,
    odd.map((name) => `${name}/photo ${name}.jpg`),
  );
  const { classes, photos } = readClassFolders(dir);
  assert.deepEqual([...classes].sort(), [...new Set(odd.map((name) => name.normalize()))].sort());
  assert.deepEqual(readClassFolders(dir, { classes: ['e\u0301'] }).photos.length, 2);
  for (const { filename, className } of photos) {
    assert.equal(className, filename.split('/')[0]!.normalize());
    assert.match(filename, /^(.+)\/photo \1\.jpg$/u);
    assert(fs.existsSync(path.join(dir, filename)));
  }
});

test('readClassFolders() lists 1,000 classes', () => {
  putPhotos(
    dir,
    Array.from({ length: 1000 }, (_, i) => `class ${i}/1.png`),
  );
  const { classes, photos } = readClassFolders(dir);
  assert.equal(classes.length, 1000);
  assert.deepEqual(
    photos.map(({ className }) => className),
    classes,
  );
});

test('readClassFolders() takes nothing for a class or a photo by accident, and tells what it saw', () => {
  putPhotos(dir, ['cats/1.jpg', 'dogs/1.jpg', 'dogs/puppies/2.jpg', 'beside.jpg']);
  for (const junk of [
    '.DS_Store',
    'Thumbs.db',
    'desktop.ini',
    '.ipynb_checkpoints/a.jpg',
    '__MACOSX/cats/._1.jpg',
    'cats/._cat.1.jpg',
    'cats/Thumbs.db',
    'cats/.ipynb_checkpoints/1-checkpoint.jpg',
    'cats/1.jpg.99.part',
  ])
    put(dir, junk, tinyPhoto(1));
  put(dir, 'cats/notes.txt');
  put(dir, 'texts/a.txt');
  for (const empty of ['birds', 'dogs/old', 'nested/empty'])
    fs.mkdirSync(path.join(dir, empty), { recursive: true });
  const { classes, metadata } = readClassFolders(dir);
  assert.deepEqual(classes, ['birds', 'cats', 'dogs', 'nested', 'texts']);
  assert.deepEqual(names(), ['cats/1.jpg', 'dogs/1.jpg', 'dogs/puppies/2.jpg']);
  assert.deepEqual(metadata.unlabelled, ['beside.jpg']);
  assert.deepEqual(metadata.emptyFolders, ['dogs/old', 'nested/empty']);
  const passed = (as: string) => metadata.passedOver.filter((it) => it.as === as).map((it) => it.filename);
  assert.deepEqual(passed('other'), ['cats/notes.txt', 'texts/a.txt']);
  assert.deepEqual(passed('junk'), [
    '.DS_Store',
    '.ipynb_checkpoints',
    'Thumbs.db',
    '__MACOSX',
    'cats/._cat.1.jpg',
    'cats/.ipynb_checkpoints',
    'cats/1.jpg.99.part',
    'cats/Thumbs.db',
    'desktop.ini',
  ]);
});

test('readClassFolders() lists nested folders in the order of a sorted walk', () => {
  // Source: Keras 3.15 on this folder: folders are sorted by their whole path, so "a b" comes before "a/z".
  putPhotos(dir, ['cats/z.jpg', 'cats/a/z/1.jpg', 'cats/a b/1.jpg', 'cats/a/1.jpg', 'cats b/1.jpg']);
  assert.deepEqual(names(), [
    'cats/z.jpg',
    'cats/a/1.jpg',
    'cats/a b/1.jpg',
    'cats/a/z/1.jpg',
    'cats b/1.jpg',
  ]);
});

test('readClassFolders() goes by the bytes where the extension is none of a picture, and by the extension else', () => {
  put(dir, 'cats/no-extension', tinyPhoto(1));
  put(dir, 'cats/wrong.txt', tinyPhoto(2));
  put(dir, 'cats/SHOUTED.JPG', tinyPhoto(3));
  put(dir, 'cats/page.jpg', '<html>');
  put(dir, 'cats/text.txt', 'BM is how a text may begin');
  assert.deepEqual(names(), ['cats/SHOUTED.JPG', 'cats/no-extension', 'cats/page.jpg', 'cats/wrong.txt']);
});

test('readClassFolders() follows links to class folders and photos once, and walks in no circle', (context) => {
  if (process.platform === 'win32') return context.skip('links need a right of their own here');
  const elsewhere = temporaryFolder('elsewhere');
  context.after(() => fs.rmSync(elsewhere, { recursive: true }));
  putPhotos(elsewhere, ['birds/1.jpg', 'birds/deep/2.jpg', 'one.jpg']);
  putPhotos(dir, ['cats/1.jpg', 'cats/young/2.jpg'], 10);
  link(path.join(elsewhere, 'birds'), 'birds');
  link(path.join(elsewhere, 'one.jpg'), 'cats/linked.jpg');
  link(dir, 'cats/up');
  link(path.dirname(dir), 'cats/further-up');
  link(path.join(dir, 'cats'), 'kittens');
  link(path.join(elsewhere, 'birds'), 'parrots');
  link(path.join(dir, 'cats/1.jpg'), 'cats/again.jpg');
  link(path.join(dir, 'cats/circle.jpg'), 'cats/circle.jpg');
  link(path.join(dir, 'gone'), 'cats/gone');
  link(dir, path.join('..', path.basename(elsewhere), 'birds', 'back'));
  const { classes, metadata } = readClassFolders(dir);
  assert.deepEqual(classes, ['birds', 'cats']);
  fs.symlinkSync(dir, path.join(elsewhere, 'all'));
  assert.deepEqual(readClassFolders(path.join(elsewhere, 'all')).photos, readClassFolders(dir).photos);
  assert.deepEqual(names(), [
    'birds/1.jpg',
    'birds/deep/2.jpg',
    'cats/1.jpg',
    'cats/circle.jpg',
    'cats/linked.jpg',
    'cats/young/2.jpg',
  ]);
  assert.deepEqual(metadata.passedOver, [
    { filename: 'birds/back', as: 'link' },
    { filename: 'cats/again.jpg', as: 'link' },
    { filename: 'cats/further-up', as: 'link' },
    { filename: 'cats/gone', as: 'link' },
    { filename: 'cats/up', as: 'link' },
    { filename: 'kittens', as: 'link' },
    { filename: 'parrots', as: 'link' },
  ]);
});

test('readClassFolders() reads the named classes in their order, also one without photos', () => {
  putPhotos(dir, ['cats/1.jpg', 'dogs/1.jpg', 'birds/1.jpg']);
  fs.mkdirSync(path.join(dir, 'fish'));
  const { classes, photos } = readClassFolders(dir, { classes: ['dogs', 'fish', 'cats'] });
  assert.deepEqual(classes, ['dogs', 'fish', 'cats']);
  assert.deepEqual(photos, [
    { filename: 'dogs/1.jpg', className: 'dogs' },
    { filename: 'cats/1.jpg', className: 'cats' },
  ]);
  assert.throws(
    () => readClassFolders(dir, { classes: ['dogs', 'horses'] }),
    /horses: expected a class folder, found no such folder\. .* holds 3 folders with photos \(birds, cats, dogs\), 1 folder without a photo \(fish\)/,
  );
});

test('readClassFolders() that finds 0 images says where it looked, what it saw there, and what it expected', () => {
  assert.throws(
    () => readClassFolders(dir),
    (error: Error) =>
      error.message.startsWith(`${dir}: `) &&
      /cats.1\.jpg.*found 0 images: an empty folder/.test(error.message),
  );
  putPhotos(dir, ['1.jpg', '2.jpg']);
  put(dir, 'a.txt');
  put(dir, '.DS_Store');
  fs.mkdirSync(path.join(dir, 'cats'));
  assert.throws(
    () => readClassFolders(dir),
    /found 0 images: 2 photos in no class folder \(1\.jpg, 2\.jpg\), 1 folder without a photo \(cats\), 1 file that is no picture \(a\.txt\), 1 file that systems and tools leave \(\.DS_Store\)\./,
  );
  assert.throws(
    () => readClassFolders(path.join(dir, 'none')),
    /none: expected a folder of photos, found no such/,
  );
  assert.throws(() => readClassFolders(path.join(dir, 'a.txt')), /found a file/);
});

test('readClassFolders() takes splits for no classes, unless they are named as classes', () => {
  putPhotos(dir, ['train/cat.0.jpg', 'train/dog.0.jpg', 'test1/1.jpg']);
  assert.throws(() => readClassFolders(dir), /folders named as splits: test1, train\. Pass one of them/);
  assert.deepEqual(names({ classes: ['train', 'test1'] }), [
    'train/cat.0.jpg',
    'train/dog.0.jpg',
    'test1/1.jpg',
  ]);
  putPhotos(dir, ['roses/1.jpg', 'tulips/1.jpg']);
  assert.throws(() => readClassFolders(dir), /test1, train\. Move .* `classes: \["roses", "tulips"\]`/);
  assert.deepEqual(names({ classes: ['roses', 'tulips'] }), ['roses/1.jpg', 'tulips/1.jpg']);
});

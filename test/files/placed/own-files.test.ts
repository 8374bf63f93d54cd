import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { recordName } from '../../../src/files/placed/placed-record';
import { everything, filesBelow, put, temporaryFolder } from '../../datasets/folders';
import { placeFiles } from './place';

let dir: string;
let out: string;
beforeEach(() => {
  dir = temporaryFolder('split-owned');
  out = path.join(dir, 'out');
});
afterEach(() => fs.rmSync(dir, { recursive: true, force: true }));

const photo = (name: string) => put(dir, `photos/${name}`, `bytes of ${name}`);
const to = (...names: string[]) =>
  names.map((name) => ({ source: path.join(dir, 'photos', name), target: `train/cats/${name}` }));
const link = (source: string) => {
  const { dev, ino } = fs.statSync(source);
  return { placed: 'link', source, dev: String(dev), ino: String(ino) };
};
const copy = (source: string, sha256: string) => {
  return { placed: 'copy', source, size: fs.statSync(source).size, sha256 };
};
const record = (files: object) => put(out, recordName, JSON.stringify({ version: 2, files }));

async function refuses(found: RegExp, files = to('1.jpg')): Promise<void> {
  const before = everything(dir);
  await assert.rejects(placeFiles(out, files), found);
  assert.deepEqual(everything(dir), before);
}

test('a record that names photos of the user’s as its own has none removed that lies only there', async () => {
  photo('1.jpg');
  const [one, two] = [put(out, 'train/cats/one.jpg', 'one'), put(out, 'test/cats/two.jpg', 'two')];
  const victim = put(dir, 'victim.txt');
  // Each entry is right about its file, and names a place where its bytes are said to be.
  fs.linkSync(one, path.join(out, 'train/cats/again.jpg'));
  const [sha1, sha2] = Object.entries(everything(out)).flatMap(([name, hash]) =>
    /(one|two)\.jpg/.test(name) ? [hash] : [],
  );
  for (const [a, b] of [
    [one, two],
    [path.join(out, 'train/cats/again.jpg'), victim],
    [path.join(dir, 'none'), dir],
  ] as const) {
    record({
      'train/cats/one.jpg': { ...link(one), source: a },
      'train/cats/again.jpg': { ...link(one), source: one },
      'test/cats/two.jpg': { ...link(two), source: b },
    });
    await refuses(/found 3 files that lie only here now/);
    record({
      'train/cats/one.jpg': { ...copy(one, sha2!), source: a },
      'train/cats/again.jpg': { ...copy(one, sha2!), source: one },
      'test/cats/two.jpg': { ...copy(two, sha1!), source: b },
    });
    await refuses(/found 3 files that lie only here now/);
  }
  // The record that is wrong about a file.
  record({
    'train/cats/one.jpg': link(two),
    'train/cats/again.jpg': copy(one, sha1!),
    'test/cats/two.jpg': link(two),
  });
  await refuses(/found 2 files of another origin \(train\/cats\/again\.jpg, train\/cats\/one\.jpg\)/);
});

test('a placed file is removed where its photo was moved among those that are split, and refused where it was deleted', async () => {
  for (const name of ['1.jpg', '2.jpg', '3.jpg']) photo(name);
  await placeFiles(out, to('1.jpg', '2.jpg', '3.jpg'));
  fs.renameSync(path.join(dir, 'photos/2.jpg'), path.join(dir, 'photos/moved.jpg'));
  assert.equal((await placeFiles(out, to('1.jpg', 'moved.jpg', '3.jpg'))).removed, 1);
  fs.rmSync(path.join(dir, 'photos/3.jpg'));
  await refuses(/found 1 file that lies only here now \(train\/cats\/3\.jpg\)\. Move them elsewhere/);
  // Its bytes are there again, though in another file.
  photo('3.jpg');
  assert.equal((await placeFiles(out, to('1.jpg'))).removed, 2);
});

test('what version 0.1.0 placed is known where it is a second name of a photo, and refused where it is a copy', async () => {
  for (const name of ['1.jpg', '2.jpg']) photo(name);
  await placeFiles(out, to('1.jpg', '2.jpg'));
  const earlier = { size: 14, time: fs.statSync(path.join(dir, 'photos/1.jpg')).mtimeMs };
  const files = { 'train/cats/1.jpg': earlier, 'train/cats/2.jpg': earlier, 'train/cats/gone.jpg': earlier };
  put(out, recordName, JSON.stringify(files));
  await refuses(/1 file of another origin \(train\/cats\/2\.jpg\)\. Version 0\.1\.0 placed/);
  assert.deepEqual((await placeFiles(out, to('1.jpg', '2.jpg'))).kept, 2);
  assert.equal((await placeFiles(out, to('1.jpg'))).removed, 1);
  put(out, recordName, JSON.stringify(files));
  fs.rmSync(path.join(out, 'train/cats/1.jpg'));
  fs.copyFileSync(path.join(dir, 'photos/1.jpg'), path.join(out, 'train/cats/1.jpg'));
  await refuses(/1 file of another origin \(train\/cats\/1\.jpg\)\. Version 0\.1\.0 placed/);
});

test('a second name is known after the disk has got another device number', async () => {
  photo('1.jpg');
  await placeFiles(out, to('1.jpg'));
  const placed = { ...link(path.join(out, 'train/cats/1.jpg')), source: path.join(dir, 'photos/1.jpg') };
  record({ 'train/cats/1.jpg': { ...placed, dev: '1' } });
  assert.equal((await placeFiles(out, [])).removed, 1);
  assert.deepEqual(filesBelow(path.join(dir, 'photos')), ['1.jpg']);
});

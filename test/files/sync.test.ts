import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { syncFile, syncFolder, syncTree } from '../../src/files/sync';
import { filesBelow, put, temporaryFolder } from '../datasets/folders';
import { seenSyncs } from './syncs';

let dir: string;
beforeEach(() => {
  dir = temporaryFolder('sync');
});
afterEach(() => fs.rmSync(dir, { recursive: true, force: true }));

test('syncTree() flushes every file, then the folders from the deepest up', async () => {
  const files = Array.from({ length: 50 }, (_, i) => `${'d/'.repeat(i % 4)}${i}.txt`);
  for (const name of files) put(dir, name);
  fs.mkdirSync(path.join(dir, 'empty'));
  fs.symlinkSync('nowhere', path.join(dir, 'link'));
  const before = filesBelow(dir);
  const syncs = (await seenSyncs(() => syncTree(dir))).map(({ place }) => path.relative(dir, place));
  assert.deepEqual(syncs.slice(0, 50).sort(), files.sort());
  const folders = syncs.slice(50);
  assert.deepEqual(
    folders.filter((name) => name !== 'empty'),
    ['d/d/d', 'd/d', 'd', ''],
  );
  assert.equal(folders.length, 5);
  assert.deepEqual(filesBelow(dir), before);
});

test('syncTree() throws what the disk says of a file', async () => {
  put(dir, 'a.txt');
  const { open } = fs.promises;
  fs.promises.open = async () => {
    throw Object.assign(new Error('bad disk'), { code: 'EIO' });
  };
  try {
    await assert.rejects(syncTree(dir), { code: 'EIO' });
  } finally {
    fs.promises.open = open;
  }
});

test('syncFile() leaves the bytes as they are, and throws where there is no file', () => {
  const file = put(dir, 'a.txt', 'bytes');
  syncFile(file);
  assert.equal(fs.readFileSync(file, 'utf8'), 'bytes');
  assert.throws(() => syncFile(path.join(dir, 'none')), { code: 'ENOENT' });
});

test('syncFolder() does nothing where the system can not, and throws where the disk is at fault', () => {
  const { fsyncSync } = fs;
  const failing = (code: string) => {
    fs.fsyncSync = () => {
      throw Object.assign(new Error(code), { code });
    };
    try {
      syncFolder(dir);
    } finally {
      fs.fsyncSync = fsyncSync;
    }
  };
  for (const code of ['EINVAL', 'EPERM', 'EISDIR']) failing(code);
  assert.throws(() => failing('EIO'), { code: 'EIO' });
});

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import { checkReplaceable } from '../../src/files/replaceable';
import { put, temporaryFolder } from '../datasets/folders';

const dir = temporaryFolder('replaceable');
after(() => fs.rmSync(dir, { recursive: true }));
const check = (file: string) => checkReplaceable(file, { kind: '.npy', signature: '\x93NUMPY' });

test('checkReplaceable() lets nothing, an empty file and a file of the kind be replaced', () => {
  check(path.join(dir, 'none.npy'));
  check(path.join(dir, 'none', 'none.npy'));
  check(put(dir, 'empty.npy', ''));
  check(put(dir, 'a.npy', Buffer.from('\x93NUMPY and more', 'latin1')));
});

test('checkReplaceable() refuses every other file, and a folder', () => {
  const refuses = (file: string, found: RegExp) =>
    assert.throws(
      () => check(file),
      (error: Error) =>
        error.name === 'LittleDataError' && error.message.includes(file) && found.test(error.message),
    );
  refuses(
    put(dir, 'rex.jpg', 'a photo'),
    /expected no file, or an earlier \.npy file, found a file of another/,
  );
  refuses(put(dir, 'short.npy', '\x93N'), /a file of another kind.* not changed/);
  refuses(dir, /found a folder/);
  if (process.platform !== 'win32') refuses('/dev/null', /found a pipe, socket or device/);
});

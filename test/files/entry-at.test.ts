import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { entryAt } from '../../src/files/entry-at';
import { put, temporaryFolder } from '../datasets/folders';

test('entryAt() tells files, folders and nothing apart, and names a path that cannot be looked up', () => {
  const dir = temporaryFolder('entry-at');
  try {
    const file = put(dir, 'file');
    assert(entryAt(file)?.isFile());
    assert(entryAt(dir)?.isDirectory());
    assert.equal(entryAt(path.join(dir, 'missing')), undefined);
    assert.equal(entryAt(path.join(file, 'below')), undefined);
    const long = path.join(dir, 'x'.repeat(300));
    assert.throws(() => entryAt(long), { name: 'LittleDataError', message: /ENAMETOOLONG/ });
  } finally {
    fs.rmSync(dir, { recursive: true });
  }
});

import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { startOfFile } from '../../src/files/start-of-file';

test('startOfFile() gives the first bytes, one character per byte, and fills up a shorter file', (context) => {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'start-'));
  context.after(() => fs.rmSync(dir, { recursive: true }));
  const file = path.join(dir, 'a.h5');
  fs.writeFileSync(file, Buffer.from([0x89, 0x48, 0xff, 1, 2]));
  assert.equal(startOfFile(file, 3), '\x89H\xff');
  assert.equal(startOfFile(file, 7), '\x89H\xff\x01\x02\0\0');
  assert.throws(() => startOfFile(path.join(dir, 'none'), 3), { code: 'ENOENT' });
});

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { after, test } from 'node:test';
import { digestOfFile } from '../../src/files/digest';
import { put, temporaryFolder } from '../datasets/folders';

const dir = temporaryFolder('digest');
after(() => fs.rmSync(dir, { recursive: true }));

test('digestOfFile() is the SHA-256 of the bytes, also of more than one piece', async () => {
  // FIPS 180-2, examples B.1 and B.3: "abc", and a million times "a".
  assert.equal(
    await digestOfFile(put(dir, 'abc', 'abc')),
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  );
  assert.equal(
    await digestOfFile(put(dir, 'a', 'a'.repeat(1e6))),
    'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0',
  );
  await assert.rejects(digestOfFile(`${dir}/none`), { code: 'ENOENT' });
});

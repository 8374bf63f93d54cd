import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { projectRoot } from '../../src/paths';
import { serveFile } from '../files/file-server';
import { makeZip } from '../files/make-zip';

test('photos.mjs downloads, goes on after a drop, unpacks, and says what to do next', async (t) => {
  const data = fs.mkdtempSync(path.join(os.tmpdir(), 'photos-'));
  const body = await makeZip([
    { name: 'PetImages/Cat/0.jpg', data: randomBytes(50_000) },
    { name: 'PetImages/Dog/0.jpg', data: randomBytes(50_000) },
    { name: 'PetImages/Dog/1.jpg' },
  ]);
  const part = path.join(data, 'dogs-vs-cats', 'pets.zip.part');
  const server = await serveFile({ body, part, etag: '"v1"', cuts: [60_000] });
  t.after(() => {
    server.close();
    fs.rmSync(data, { recursive: true, force: true });
  });
  const run = async (sum: string) => {
    const child = spawn(
      process.execPath,
      ['scripts/photos.mjs', '--url', `${server.origin}/pets.zip`, '--sha256', sum],
      { cwd: projectRoot, env: { ...process.env, LITTLE_DATA_DIR: data } },
    );
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
    const [code] = await once(child, 'close');
    return { code, output };
  };
  const wrong = await run(digest(Buffer.from('other')));
  assert.equal(wrong.code, 1);
  assert.match(wrong.output, /expected a file with the SHA-256/);
  assert.deepEqual(
    server.requests.map(({ range }) => range),
    [undefined, 'bytes=60000-'],
  );
  const right = await run(digest(body));
  assert.equal(right.code, 0, right.output);
  assert.match(
    right.output,
    /Downloaded: .*pets\.zip[\s\S]*Found 1 cats and 2 dogs\.\nNext: `npm run tutorial`/,
  );
  assert.match((await run(digest(body))).output, /There already/);
});

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

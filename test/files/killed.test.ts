import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { downloadFile } from '../../src/files/download-file';
import { extractZip } from '../../src/files/extract-zip';
import { filesBelow, put, temporaryFolder } from '../datasets/folders';
import { serveFile } from './file-server';
import { makeZip } from './make-zip';
import { needsProc } from './namespaces';

let dir: string;
beforeEach(() => {
  dir = temporaryFolder('killed');
});
afterEach(() => fs.rmSync(dir, { recursive: true, force: true }));

/** Runs a script in a process of its own and kills it outright once `isTime`. */
async function killWhen(isTime: () => boolean, script: string): Promise<void> {
  const child: ChildProcess = spawn(process.execPath, ['--require', 'tsx/cjs', '-e', script], {
    cwd: path.resolve(__dirname, '../..'),
  });
  const ended = once(child, 'exit');
  while (child.exitCode === null && !isTime()) await sleep(2);
  child.kill('SIGKILL');
  const [code, signal] = await ended;
  assert.deepEqual([code, signal], [null, 'SIGKILL'], 'it had ended before it was killed');
}

const filesIn = (folder: string) => (fs.existsSync(folder) ? filesBelow(folder).length : 0);

test('extractZip() that was killed leaves no folder, and the next call unpacks all', async (context) => {
  if (!needsProc(context)) return;
  const names = Array.from({ length: 3000 }, (_, i) => `Cat/${i}.jpg`);
  const zip = put(dir, 'pets.zip', await makeZip(names.map((name) => ({ name }))));
  const out = path.join(dir, 'out');
  await killWhen(
    () => filesIn(dir) > 20,
    `require('./src/files/extract-zip').extractZip(${JSON.stringify(zip)}, ${JSON.stringify(out)})`,
  );
  assert(!fs.existsSync(out));
  assert.equal((await extractZip(zip, out)).extracted, 3000);
  assert.deepEqual(fs.readdirSync(dir).sort(), ['out', 'pets.zip']);
  for (const name of names) assert.equal(fs.readFileSync(path.join(out, name), 'utf8'), `bytes of ${name}`);
});

test('downloadFile() that was killed leaves no file, and the next call goes on with what is there', async (context) => {
  if (!needsProc(context)) return;
  const body = randomBytes(300_000);
  const file = path.join(dir, 'photos.zip');
  const server = await serveFile({ body, part: `${file}.part`, etag: '"v1"', silent: true });
  try {
    const url = `${server.origin}/photos.zip`;
    await killWhen(
      () => (fs.statSync(`${file}.part`, { throwIfNoEntry: false })?.size ?? 0) === 1000,
      `require('./src/files/download-file').downloadFile(${JSON.stringify(url)}, ${JSON.stringify(file)})`,
    );
    const left = fs.readdirSync(dir).filter((name) => !name.startsWith('.little-data-lock'));
    assert.deepEqual(left.sort(), ['photos.zip.part', 'photos.zip.part.json']);
    server.behaviour.silent = false;
    await downloadFile(url, file, { retryDelay: 1 });
    assert.equal(server.requests.at(-1)!.range, 'bytes=1000-');
    assert(fs.readFileSync(file).equals(body));
    assert.deepEqual(fs.readdirSync(dir), ['photos.zip']);
  } finally {
    server.close();
  }
});

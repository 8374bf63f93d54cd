import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import zlib from 'node:zlib';
import { writeH5 } from '../../src/formats/h5';
import { readInThread } from '../../src/formats/h5-thread';
import { runNode } from '../run-node';

let folder: string;
before(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'little-data-h5-'));
});
after(() => fs.rmSync(folder, { recursive: true }));

const kernel = { name: 'kernel', shape: [2], data: Float32Array.of(1, 2) };
const weights = { layers: [{ name: 'dense', weights: [kernel] }], attributes: {} };

async function wholeFile(): Promise<string> {
  const file = path.join(folder, 'x.h5');
  await writeH5(file, weights);
  return file;
}

test('readInThread() ends a thread that is late, and the next file can be read', async () => {
  const file = await wholeFile();
  assert.deepEqual(await readInThread(file, { seconds: 0 }), {
    fault: 'a file that gives no answer within 0 seconds',
  });
  assert.deepEqual(await readInThread(file), { weights });
});

test('readInThread() keeps the library to 1 GiB where a chunk unfolds to 3 GB, and leaves nothing of it', async (context) => {
  const fixture = path.join(__dirname, '..', 'fixtures', 'h5.json');
  const file = path.join(folder, 'bomb.h5');
  const { chunk_that_unfolds } = JSON.parse(fs.readFileSync(fixture, 'utf8'));
  fs.writeFileSync(file, zlib.inflateSync(Buffer.from(chunk_that_unfolds, 'base64')));
  const { stdout, stderr } = runNode(`
    const { readInThread } = require('./src/formats/h5-thread');
    readInThread(${JSON.stringify(file)}).then((answer) => {
      const { rss } = process.memoryUsage();
      const { maxRSS } = process.resourceUsage();
      console.log(JSON.stringify({ ...answer, kept: rss / 2 ** 20, most: maxRSS / 2 ** 10 }));
    });`);
  const { fault, kept, most } = JSON.parse(stdout || JSON.stringify(stderr));
  context.diagnostic(`${Math.round(most)} MiB at most, ${Math.round(kept)} MiB afterwards`);
  assert.match(fault, /a damaged file/);
  assert(most < 1400, `${most} MiB`);
  assert(kept < 500, `${kept} MiB`);
});

test('readInThread() prints nothing, keeps no process alive, and needs none of its flags', async () => {
  const file = await wholeFile();
  const cut = path.join(folder, 'cut.h5');
  fs.writeFileSync(cut, fs.readFileSync(file).subarray(0, 1000));
  // Node hands its own flags to threads: this one must not load TypeScript once more.
  const { stdout, stderr, status } = runNode(`
    const { readInThread } = require('./src/formats/h5-thread');
    (async () => {
      for (const file of ${JSON.stringify([file, cut])})
        console.log(Object.keys(await readInThread(file)).join());
    })();`);
  assert.deepEqual({ stdout, stderr, status }, { stdout: 'weights\nfault\n', stderr: '', status: 0 });
});

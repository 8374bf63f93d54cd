import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { type FileServer, serveFile } from '../files/file-server';
import { script } from './project';

const body = Buffer.from('stands for weights');
const digest = (kind: string, bytes: Buffer) => createHash(kind).update(bytes).digest('hex');
let root: string;
let server: FileServer;
before(async () => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'little-data-weights-'));
  server = await serveFile({ body, part: path.join(root, 'cache', 'published.h5.part') });
});
after(() => {
  server.close();
  fs.rmSync(root, { recursive: true });
});

/** Gets `published.h5` of the server into a folder of its own. */
async function get(source: object, python = async (_: string[]): Promise<unknown> => assert.fail()) {
  const { getWeights } = await script('weights/get-weights.mjs');
  const folder = fs.mkdtempSync(path.join(root, 'weights-'));
  const made = {
    'efficientnet_lite9_notop.safetensors': { sha256: digest('sha256', Buffer.from('base')) },
    'efficientnet_lite9_top.safetensors': { sha256: digest('sha256', Buffer.from('top')) },
  };
  const run = () =>
    getWeights(
      { url: `${server.origin}/published.h5`, ...source },
      { folder, cache: path.join(root, 'cache'), weightFiles: made, python },
    );
  return { folder, run };
}

const content = (folder: string) =>
  Object.fromEntries(
    fs.readdirSync(folder).map((name) => [name, fs.readFileSync(path.join(folder, name), 'utf8')]),
  );

test('a file of Keras is checked, and downloaded once', async () => {
  const { folder, run } = await get({ md5: digest('md5', body) });
  assert.equal((await run()).wasThere, false);
  assert.deepEqual(content(folder), { 'published.h5': 'stands for weights' });
  const { length } = server.requests;
  assert.equal((await run()).wasThere, true);
  assert.equal(server.requests.length, length);
});

test('a file with another digest is not kept', async () => {
  for (const wrong of [
    { md5: digest('md5', Buffer.from('other')) },
    { sha256: digest('sha256', Buffer.from('other')) },
  ]) {
    const { folder, run } = await get(wrong);
    await assert.rejects(run(), /MD5|SHA-256/);
    assert.deepEqual(content(folder), {});
  }
});

test('what a conversion makes is checked, and kept whole or not at all', async () => {
  const source = { sha256: digest('sha256', body), converted: 'lite9' };
  const writes = (base: string, top: string) => async (args: string[]) => {
    const [variant, , ...places] = args.slice(-4);
    assert.equal(variant, 'lite9');
    for (const [i, place] of places.entries()) fs.writeFileSync(place, [base, top][i]!);
  };
  const wrong = await get(source, writes('base', 'other'));
  await assert.rejects(wrong.run(), /efficientnet_lite9_top\.safetensors should have the SHA-256/);
  assert.deepEqual(content(wrong.folder), {});
  const right = await get(source, writes('base', 'top'));
  await right.run();
  assert.deepEqual(content(right.folder), {
    'efficientnet_lite9_notop.safetensors': 'base',
    'efficientnet_lite9_top.safetensors': 'top',
  });
  assert.deepEqual(fs.readdirSync(path.join(root, 'cache')), []);
});

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { newToken } from '../../src/files/owner.cjs';
import { type Part, withPart } from '../../src/files/part';
import { filesBelow, put, temporaryFolder } from '../datasets/folders';
import { seenSyncs } from './syncs';

let folder: string;
let dir: string;
beforeEach(() => {
  folder = temporaryFolder('part');
  dir = path.join(folder, 'out');
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

const elsewhere = `${'0'.repeat(12)}-1-1-01234567`;
const fill = (part: Part, text = 'new') => {
  put(part.path, 'a.txt', text);
  put(part.path, 'deep/er/b.txt', text);
};
const names = () => fs.readdirSync(folder).filter((name) => !name.startsWith('.'));

describe('withPart()', () => {
  test('gives the folder its name when it is finished, and leaves nothing beside it', async () => {
    const result = await withPart(dir, async (part) => {
      fill(part);
      assert(!fs.existsSync(dir));
      await part.finish();
      return 'done';
    });
    assert.equal(result, 'done');
    assert.deepEqual(filesBelow(dir), ['a.txt', 'deep/er/b.txt']);
    assert.deepEqual(fs.readdirSync(folder), ['out']);
  });

  test('removes what was not finished', async () => {
    await withPart(dir, async (part) => fill(part));
    const failed = withPart(dir, async (part) => {
      fill(part);
      throw new Error('failed');
    });
    await assert.rejects(failed, /^Error: failed$/);
    assert.deepEqual(fs.readdirSync(folder), []);
  });

  test('flushes files, then folders from the deepest up, then the name', async () => {
    const syncs = await seenSyncs(() =>
      withPart(dir, async (part) => {
        fill(part);
        await part.finish();
      }),
    );
    const places = syncs.map(({ place }) =>
      path.relative(folder, place).replace(/^out\.[^/]*\.part/, 'part'),
    );
    assert.deepEqual(places.slice(0, 2).sort(), ['part/a.txt', 'part/deep/er/b.txt']);
    assert.deepEqual(places.slice(2), ['part/deep/er', 'part/deep', 'part', '']);
    assert.deepEqual(
      syncs.map(({ files }) => files.includes('out')),
      [false, false, false, false, false, true],
    );
  });

  test('never takes the place of what is there, unless it was asked to', async () => {
    put(dir, 'mine.txt', 'mine');
    const finish = (makeRoom?: () => void) =>
      withPart(dir, async (part) => {
        fill(part);
        await part.finish(makeRoom);
      });
    await assert.rejects(finish(), { code: 'ENOTEMPTY' });
    await assert.rejects(
      finish(() => {
        throw new Error('it must stay');
      }),
      /it must stay/,
    );
    assert.deepEqual(filesBelow(folder), ['out/mine.txt']);
    await finish(() => undefined);
    assert.deepEqual(filesBelow(folder), ['out/a.txt', 'out/deep/er/b.txt']);
  });

  test('removes the parts that others left, and nothing else', async () => {
    const left = [`out.${newToken()}.part`, `out.${elsewhere}.part`];
    for (const name of left) put(folder, `${name}/cats/1.jpg`);
    const others = ['out.part', 'out.1234.0.part', `outer.${elsewhere}.part`, `out.x.${elsewhere}.part`];
    for (const name of others) put(folder, `${name}/1.jpg`);
    await withPart(dir, async () => undefined);
    assert.deepEqual(names().sort(), others.sort());
  });

  test('keeps off the part of a process that is at work, and waits for it', async () => {
    let finished = false;
    const first = withPart(dir, async (part) => {
      fill(part);
      await new Promise((resolve) => setTimeout(resolve, 100));
      assert.deepEqual(filesBelow(part.path), ['a.txt', 'deep/er/b.txt']);
      await part.finish();
      finished = true;
    });
    await withPart(dir, async () => assert(finished));
    await first;
  });

  test('makes nothing visible once another process has taken over', async () => {
    const lost = withPart(dir, async (part) => {
      fill(part);
      for (const name of fs.readdirSync(folder).filter((entry) => entry.startsWith('.little-data-lock')))
        fs.rmSync(path.join(folder, name));
      await part.finish(() => assert.fail('room was made'));
    });
    await assert.rejects(lost, /another process took over/);
    assert.deepEqual(fs.readdirSync(folder), []);
  });

  test('gives an earlier folder its name back that a kill left without it', async () => {
    put(folder, `out.${elsewhere}.earlier/a.txt`, 'earlier');
    await withPart(dir, async () => undefined);
    assert.deepEqual(filesBelow(folder), ['out/a.txt']);
    put(folder, `out.${elsewhere}.earlier/a.txt`, 'replaced');
    await withPart(dir, async () => undefined);
    assert.equal(fs.readFileSync(path.join(dir, 'a.txt'), 'utf8'), 'earlier');
    assert.deepEqual(filesBelow(folder), ['out/a.txt']);
  });
});

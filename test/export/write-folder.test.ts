import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, beforeEach, describe, test } from 'node:test';
import { LittleDataError } from '../../src/check';
import { writeFolder } from '../../src/export/write-folder';
import { seenSyncs } from '../files/syncs';
import { malformed } from '../fixtures/malformed';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'little-data-export-'));
const dir = path.join(root, 'out');
after(() => fs.rmSync(root, { recursive: true }));
beforeEach(() => fs.rmSync(dir, { recursive: true, force: true }));

const write =
  (text: string) =>
  (place: string): void => {
    fs.mkdirSync(path.join(place, 'model'));
    fs.writeFileSync(path.join(place, 'a.txt'), text);
    fs.writeFileSync(path.join(place, 'model', 'b.txt'), text);
  };
const filled = (text = 'one') => writeFolder(dir, { kind: 'model', write: write(text) });
const read = (...name: string[]) => fs.readFileSync(path.join(dir, ...name), 'utf8');

describe('writeFolder()', () => {
  test('makes the folder and those above it, and replaces its own', async () => {
    const deep = path.join(dir, 'x', 'y');
    assert.equal((await writeFolder(deep, { kind: 'model', write: write('one') })).dir, deep);
    fs.rmSync(dir, { recursive: true });
    fs.mkdirSync(dir);
    await filled();
    await filled('two');
    assert.equal(read('model', 'b.txt'), 'two');
    assert.deepEqual(fs.readdirSync(root), ['out']);
  });

  test('flushes all that it wrote, its list of files included, before the folder has its name', async () => {
    const syncs = await seenSyncs(() => filled());
    const [beside, last] = [syncs.slice(0, -1), syncs.at(-1)!];
    const names = beside.map(({ place }) =>
      path.relative(root, place).replace(/^out\.[^/\\]*\.part/, 'part'),
    );
    const wanted = ['a.txt', 'little-data.json', 'model', path.join('model', 'b.txt')];
    assert.deepEqual(names.sort(), ['part', ...wanted.map((name) => path.join('part', name))]);
    assert.equal(last.place, root);
    assert(last.files.includes('out'));
  });

  test('refuses a folder of anyone else, before any work', async () => {
    let called = 0;
    const refused = (found: RegExp) =>
      assert.rejects(
        writeFolder(dir, { kind: 'model', write: () => void called++ }),
        (error: Error) => error.name === 'LittleDataError' && found.test(error.message),
      );
    fs.mkdirSync(dir);
    fs.writeFileSync(path.join(dir, 'photo.jpg'), 'mine');
    await refused(/out: expected a new or empty folder, .* found a folder with photo\.jpg\. Pass another/);
    assert.equal(read('photo.jpg'), 'mine');
    fs.rmSync(dir, { recursive: true });
    fs.writeFileSync(dir, 'mine');
    await refused(/found a file\./);
    fs.rmSync(dir);
    await writeFolder(dir, { kind: 'web page', write: write('one') });
    await refused(/found a web page\./);
    assert.equal(called, 0);
  });

  test('refuses its own folder when something in it was changed, added or taken away', async () => {
    for (const change of [
      () => fs.appendFileSync(path.join(dir, 'model', 'b.txt'), '!'),
      () => fs.writeFileSync(path.join(dir, 'model', 'c.txt'), ''),
      () => fs.rmSync(path.join(dir, 'a.txt')),
      () => fs.mkdirSync(path.join(dir, 'empty')),
    ]) {
      fs.rmSync(dir, { recursive: true, force: true });
      await filled();
      change();
      await assert.rejects(filled('two'), /found one with changes of yours \((model\/[bc]|a|empty)/);
      assert.notEqual(fs.existsSync(path.join(dir, 'a.txt')) && read('a.txt'), 'two');
    }
  });

  test('refuses a list of files that is not what it wrote, and what is no file of its own', async () => {
    await filled();
    const marker = path.join(dir, 'little-data.json');
    for (const text of malformed(fs.readFileSync(marker, 'utf8'))) {
      fs.writeFileSync(marker, text);
      const before = fs.readdirSync(dir);
      const result = await filled('two').catch((error: Error) => error);
      if (result instanceof Error) assert(result instanceof LittleDataError, `${text}: ${result.stack}`);
      assert.deepEqual(fs.readdirSync(dir), before);
      if (!(result instanceof Error)) await filled();
    }
    if (process.platform === 'win32') return;
    fs.rmSync(dir, { recursive: true });
    await filled();
    fs.symlinkSync('model', path.join(dir, 'link'));
    await assert.rejects(filled('two'), /changes of yours \(link\)/);
    fs.rmSync(path.join(dir, 'link'));
    fs.renameSync(path.join(dir, 'a.txt'), path.join(root, 'mine.txt'));
    fs.symlinkSync(path.join(root, 'mine.txt'), path.join(dir, 'a.txt'));
    await assert.rejects(filled('two'), /changes of yours \(a\.txt\)/);
    fs.rmSync(path.join(root, 'mine.txt'));
  });

  test('lets a second export wait for the first one, and replace it', async () => {
    let running = 0;
    const slow = (text: string) =>
      writeFolder(dir, {
        kind: 'model',
        write: async (place) => {
          assert.equal(running++, 0, 'two at once');
          write(text)(place);
          await new Promise((resolve) => setTimeout(resolve, 100));
          running--;
        },
      });
    const sizes = await Promise.all([slow('one'), slow('three')]);
    assert.notEqual(sizes[0].bytes, sizes[1].bytes);
    assert(['one', 'three'].includes(read('a.txt')));
    assert.deepEqual(fs.readdirSync(root), ['out']);
  });

  test('keeps the earlier one when the work fails, and what somebody put there in the meantime', async () => {
    await filled();
    const failing = writeFolder(dir, {
      kind: 'model',
      write: (place) => {
        write('two')(place);
        throw new Error('no');
      },
    });
    await assert.rejects(failing, /^Error: no$/);
    assert.equal(read('a.txt'), 'one');
    const late = writeFolder(dir, {
      kind: 'model',
      write: (place) => {
        write('two')(place);
        fs.writeFileSync(path.join(dir, 'mine.txt'), 'mine');
      },
    });
    await assert.rejects(late, /changes of yours \(mine\.txt\)/);
    assert.equal(read('mine.txt'), 'mine');
    assert.deepEqual(fs.readdirSync(root), ['out']);
  });
});

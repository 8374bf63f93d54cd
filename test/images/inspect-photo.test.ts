import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { photoHash } from '../../src/features/store/store';
import { digestPhoto, inspectPhoto } from '../../src/images/inspect-photo';
import { put, temporaryFolder, tinyPhoto } from '../datasets/folders';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder('inspect');
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

for (const [name, look] of Object.entries({ digestPhoto, inspectPhoto }))
  describe(`${name}()`, () => {
    test('reads a file once, and again when it has changed', async (context) => {
      const opened = context.mock.method(fs.promises, 'open').mock;
      const file = put(folder, 'a.png', tinyPhoto(1));
      const first = await look(file);
      assert.equal(first.sha256, photoHash(tinyPhoto(1)));
      assert.deepEqual(await look(file), first);
      assert.equal(opened.callCount(), 1);
      put(folder, 'b.png', tinyPhoto(2));
      fs.renameSync(`${folder}/b.png`, file);
      assert.equal((await look(file)).sha256, photoHash(tinyPhoto(2)));
      assert.equal(opened.callCount(), 2);
    });

    test('does not remember a file that changes while it is read', async (context) => {
      const [one, two] = [1, 2].map((n) => put(folder, `${n}.png`, tinyPhoto(n)));
      // A link that leads elsewhere for a moment: afterwards all times are as they were.
      const file = path.join(folder, 'link.png');
      const lead = (to: string) => {
        fs.rmSync(file, { force: true });
        fs.symlinkSync(to, file);
      };
      lead(one!);
      const { open } = fs.promises;
      const { mock } = context.mock.method(fs.promises, 'open', (...given: Parameters<typeof open>) => {
        lead(two!);
        return open(...given);
      });
      assert.equal((await look(file)).sha256, photoHash(tinyPhoto(2)));
      mock.restore();
      lead(one!);
      assert.equal((await look(file)).sha256, photoHash(tinyPhoto(1)));
    });

    test('looks again at a file that could not be read', async (context) => {
      const file = put(folder, 'a.png', '');
      const opened = context.mock.method(fs.promises, 'open').mock;
      const first = await look(file);
      assert.equal(first.sha256, undefined);
      assert.deepEqual(await look(file), first);
      assert.equal(opened.callCount(), 2);
    });
  });

test('a photo that was scanned is not read again for its digest', async (context) => {
  const file = put(folder, 'a.png', tinyPhoto(1));
  const opened = context.mock.method(fs.promises, 'open').mock;
  const { sha256 } = await inspectPhoto(file);
  assert.equal((await digestPhoto(file)).sha256, sha256);
  assert.equal(opened.callCount(), 1);
});

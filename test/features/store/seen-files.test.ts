import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { SeenFiles } from '../../../src/features/store/seen-files';
import { storePath } from '../../../src/features/store/store-folder';
import { temporary } from '../tiny';

let remove: () => void;
beforeEach(() => {
  ({ remove } = temporary());
});
afterEach(() => remove());

const hash = 'ab'.repeat(32);
const old = Date.now() - 3_600_000;
const state = { size: 1, mtimeMs: old, ctimeMs: old + 0.25, ino: 5 };
const records = () => {
  const folder = path.join(storePath(), 'seen');
  return fs.readdirSync(folder).map((name) => path.join(folder, name));
};

test('SeenFiles knows a file again by its size, times and number', () => {
  const seen = new SeenFiles();
  const names = ['/photos/a.jpg', `/${'long/'.repeat(800)}b.jpg`];
  for (const name of names) seen.remember({ path: name, state, hash });
  for (const name of ['__proto__', 'constructor']) seen.remember({ path: `/photos/${name}`, state, hash });
  seen.write({ all: true });
  const next = new SeenFiles();
  for (const name of names) assert.equal(next.hashOf(name, state), hash, name);
  assert.equal(next.hashOf('/photos/b.jpg', state), undefined);
  assert.equal(next.hashOf('/photos/toString', state), undefined);
  assert.equal(next.hashOf('/other/a.jpg', state), undefined);
  for (const change of [{ size: 2 }, { mtimeMs: old + 1 }, { ctimeMs: old + 1 }, { ino: 6 }])
    assert.equal(next.hashOf('/photos/a.jpg', { ...state, ...change }), undefined);
});

test('SeenFiles does not remember a file that may change again within the same time stamp', () => {
  const seen = new SeenFiles();
  const now = Date.now();
  seen.remember({ path: '/photos/new.jpg', state: { ...state, mtimeMs: now }, hash });
  seen.remember({ path: '/photos/moved.jpg', state: { ...state, ctimeMs: now }, hash });
  seen.remember({ path: '/photos/old.jpg', state, hash });
  seen.write({ all: true });
  const next = new SeenFiles();
  assert.equal(next.hashOf('/photos/new.jpg', { ...state, mtimeMs: now }), undefined);
  assert.equal(next.hashOf('/photos/moved.jpg', { ...state, ctimeMs: now }), undefined);
  assert.equal(next.hashOf('/photos/old.jpg', state), hash);
});

test('SeenFiles keeps what another run wrote meanwhile', () => {
  const [one, two] = [new SeenFiles(), new SeenFiles()];
  one.remember({ path: '/photos/a.jpg', state, hash });
  two.remember({ path: '/photos/b.jpg', state, hash });
  one.write({ all: true });
  two.write({ all: true });
  const next = new SeenFiles();
  for (const name of ['a', 'b']) assert.equal(next.hashOf(`/photos/${name}.jpg`, state), hash);
});

for (const [name, content] of Object.entries({
  'half a file': '{"a.jpg":[1,',
  null: 'null',
  'a list': '[]',
  'a hash of another kind': `{"a.jpg":[1,${old},${old + 0.25},5,"../../victim"]}`,
  nothing: '',
}))
  test(`SeenFiles takes a damaged record for none: ${name}`, () => {
    const seen = new SeenFiles();
    seen.remember({ path: '/photos/a.jpg', state, hash });
    seen.write({ all: true });
    fs.writeFileSync(records()[0]!, content);
    const next = new SeenFiles();
    assert.equal(next.hashOf('/photos/a.jpg', state), undefined);
    next.remember({ path: '/photos/a.jpg', state, hash });
    next.write({ all: true });
    assert.equal(new SeenFiles().hashOf('/photos/a.jpg', state), hash);
  });

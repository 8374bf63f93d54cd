import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import { setAside } from '../../src/files/aside';
import { filesBelow, put, temporaryFolder } from '../datasets/folders';

const folder = temporaryFolder('aside');
after(() => fs.rmSync(folder, { recursive: true }));

test('setAside() gives a folder another name each time, and keeps what is in it', () => {
  const dir = path.join(folder, 'store');
  const places = ['one', 'two'].map((text) => {
    put(dir, 'a/b.txt', text);
    return setAside(dir);
  });
  assert(!fs.existsSync(dir));
  for (const [i, place] of places.entries()) {
    assert.match(path.basename(place), /^store\.damaged-\d{4}-\d\d-\d\dT[\d-]+-[0-9a-f]{6}$/);
    assert.deepEqual(filesBelow(place), ['a/b.txt']);
    assert.equal(fs.readFileSync(path.join(place, 'a/b.txt'), 'utf8'), ['one', 'two'][i]);
  }
});

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import { identityOf, isWithin } from '../../src/files/identity';
import { put, temporaryFolder } from '../datasets/folders';

const dir = temporaryFolder('identity');
after(() => fs.rmSync(dir, { recursive: true }));
const at = (...parts: string[]) => path.join(dir, ...parts);

test('identityOf() is the same for two names of a file, and undefined for nothing', () => {
  const file = put(dir, 'a/1.jpg', 'one');
  fs.linkSync(file, at('a/2.jpg'));
  fs.symlinkSync(at('a'), at('link'), 'junction');
  assert.equal(identityOf(at('a/2.jpg')), identityOf(file));
  assert.equal(identityOf(at('link/1.jpg')), identityOf(file));
  assert.notEqual(identityOf(put(dir, 'a/3.jpg', 'one')), identityOf(file));
  assert.equal(identityOf(at('none')), undefined);
  assert.equal(identityOf(at('a/1.jpg/none')), undefined);
});

test('isWithin() follows links, and looks at what exists of a path', () => {
  put(dir, 'photos/cats/1.jpg');
  fs.symlinkSync(at('photos'), at('photos link'), 'junction');
  for (const place of ['photos', 'photos/cats/1.jpg', 'photos/new/deep', 'photos link', 'photos link/new'])
    assert(isWithin(at(place), at('photos')), place);
  assert(isWithin(at('photos/cats'), at('photos link')));
  for (const place of ['.', 'photos 2', 'photos 2/new', 'photos/../other'])
    assert(!isWithin(at(place), at('photos')), place);
  assert(!isWithin(at('photos/cats/1.jpg'), at('none')));
});

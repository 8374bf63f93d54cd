import assert from 'node:assert/strict';
import { test } from 'node:test';
import { byCodePoint, extensionFits, hasPictureExtension, isJunk } from '../../src/datasets/photo-names';

test('byCodePoint() sorts as Python does', () => {
  // Source: Python 3, `sorted(["a", "B", "10", "2", "é", "e\u0301", "\uff5e", "\U0001f436", "", "ab", "_"])`.
  const sorted = ['', '10', '2', 'B', '_', 'a', 'ab', 'e\u0301', 'é', '\uff5e', '\u{1f436}'];
  for (const names of [
    [...sorted].reverse(),
    [...sorted].sort(() => 0),
    ['\u{1f436}', ...sorted.slice(0, -1)],
  ])
    assert.deepEqual(names.sort(byCodePoint), sorted);
});

test('isJunk() knows what systems, tools and unfinished downloads leave, in any case', () => {
  for (const name of [
    '.DS_Store',
    'Thumbs.db',
    'THUMBS.DB',
    'desktop.ini',
    '.ipynb_checkpoints',
    '__MACOSX',
    '._cat.1.jpg',
    'Icon\r',
    'cat.1.jpg.4711.part',
    'pets.zip.crdownload',
  ])
    assert(isJunk(name), name);
  for (const name of ['cat.1.jpg', 'thumbs', '2', '#%', 'part', 'a.partial.jpg', '__MAC'])
    assert(!isJunk(name), name);
});

test('hasPictureExtension() takes extensions in any case, and no names of the language', () => {
  for (const name of ['a.JPG', 'a.b.Jpeg', 'x/a.WebP', 'a.tif', 'a.AVIF', 'a.heic', 'a.jfif'])
    assert(hasPictureExtension(name), name);
  for (const name of ['jpg', 'a.jpg.txt', 'a', 'a.constructor', 'a.mp4'])
    assert(!hasPictureExtension(name), name);
});

test('extensionFits() compares the extension with the bytes', () => {
  assert(extensionFits('a.JPEG', 'jpeg') && extensionFits('a.heif', 'avif'));
  assert(!extensionFits('a.jpg', 'png') && !extensionFits('a', 'jpeg') && !extensionFits('a.txt', 'gif'));
});

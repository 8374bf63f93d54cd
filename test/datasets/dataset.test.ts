import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { byGroup, type Dataset, fileOf } from '../../src/datasets/dataset';
import type { FolderLayout, LabelledPhoto } from '../../src/datasets/layout-of';

function dataset(layout: FolderLayout, photos: LabelledPhoto[]): Dataset {
  const metadata = { origin: '/p', dir: '/p/x', layout, unlabelled: [], emptyFolders: [], passedOver: [] };
  return { classes: ['a', 'b'], photos, metadata };
}

test('byGroup() has every class, also one without photos', () => {
  const photos = [{ filename: 'b/1.jpg', className: 'b' }];
  const groups = byGroup(dataset('class folders', photos));
  assert.deepEqual(
    [...groups],
    [
      ['a', []],
      ['b', photos],
    ],
  );
});

test('byGroup() keeps the splits of a class apart', () => {
  const photos: LabelledPhoto[] = [
    { filename: 'train/a/1.jpg', className: 'a', split: 'train' },
    { filename: 'val/a/1.jpg', className: 'a', split: 'validation' },
  ];
  const data = dataset('split', photos);
  assert.deepEqual([...byGroup(data).keys()], ['train/a', 'validation/a']);
  assert.equal(fileOf(data, photos[1]!), path.join('/p/x', 'val/a/1.jpg'));
});

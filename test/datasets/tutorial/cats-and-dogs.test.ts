import assert from 'node:assert/strict';
import { test } from 'node:test';
import { layoutOfPets } from '../../../src/datasets/tutorial/cats-and-dogs';

const found = (...photos: string[]) => {
  const layout = layoutOfPets({ photos });
  return layout && [layout.folder, layout.layout];
};

test('layoutOfPets() takes the first folder that has cats and dogs, up to two levels below', () => {
  assert.deepEqual(found('cat.1.jpg', 'dog.1.jpg'), ['', 'flat']);
  assert.deepEqual(found('holiday/1.jpg', 'pets/Cat/1.jpg', 'pets/Dog/1.jpg'), ['pets', 'class folders']);
  assert.deepEqual(found('a/b/cats/1.jpg', 'a/b/dogs/1.jpg', 'c.jpg'), ['a/b', 'class folders']);
  assert.equal(found('a/b/c/cats/1.jpg', 'a/b/c/dogs/1.jpg', 'a/b/z.jpg'), undefined);
  assert.deepEqual(found('\u{1f436}/cats/1.jpg', '\u{1f436}/dogs/1.jpg', 'x.jpg'), [
    '\u{1f436}',
    'class folders',
  ]);
  assert.equal(found('roses/1.jpg', 'tulips/1.jpg'), undefined);
});

test('layoutOfPets() takes the train photos where there is no validation split, and never the test photos', () => {
  const sets = ['test_set', 'training_set'].flatMap((set) => [`${set}/cats/1.jpg`, `${set}/dogs/1.jpg`]);
  assert.deepEqual(found(...sets), ['training_set', 'class folders']);
  const both = ['train', 'validation'].flatMap((set) => [`${set}/cats/1.jpg`, `${set}/dogs/1.jpg`]);
  assert.deepEqual(found(...both), ['', 'split']);
});

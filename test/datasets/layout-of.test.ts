import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { layoutOf } from '../../src/datasets/layout-of';

/** `count` photos, named by a pattern with `N` for their number. */
const many = (pattern: string, count = 3) =>
  Array.from({ length: count }, (_, i) => pattern.replace('N', `${i}`));

/** The layout in short: how many photos per class (and split). */
function short(paths: string[]) {
  const { layout, folder, classNames, photos, unlabelled } = layoutOf({ photos: paths });
  const counts: Record<string, number> = {};
  for (const { className, split } of photos) {
    const name = split ? `${split} ${className}` : className;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  assert.equal(photos.length + unlabelled.length, paths.length, 'each photo is somewhere');
  assert.equal(new Set([...photos.map((photo) => photo.filename), ...unlabelled]).size, paths.length);
  return { layout, folder, classNames, counts, unlabelled: unlabelled.length };
}

const cases: Record<string, { paths: string[]; found: ReturnType<typeof short> }> = {
  'class folders': {
    paths: [...many('roses/N.jpg'), ...many('tulips/N.jpg', 2)],
    found: {
      layout: 'class folders',
      folder: '',
      classNames: ['roses', 'tulips'],
      counts: { roses: 3, tulips: 2 },
      unlabelled: 0,
    },
  },
  'class folders with folders in them and photos beside': {
    paths: ['x.jpg', ...many('roses/2024/N.jpg'), ...many('Tulips/N.jpg', 2)],
    found: {
      layout: 'class folders',
      folder: '',
      classNames: ['Tulips', 'roses'],
      counts: { roses: 3, Tulips: 2 },
      unlabelled: 1,
    },
  },
  "Kaggle's own archive: train/ with flat names beside test1/": {
    paths: [...many('train/cat.N.jpg'), ...many('train/dog.N.jpg'), ...many('test1/N.jpg', 5)],
    found: {
      layout: 'flat',
      folder: 'train',
      classNames: ['cat', 'dog'],
      counts: { cat: 3, dog: 3 },
      unlabelled: 5,
    },
  },
  'the same in a folder of its own': {
    paths: [
      ...many('dogs-vs-cats/train/cat.N.jpg'),
      ...many('dogs-vs-cats/train/dog.N.jpg'),
      'dogs-vs-cats/test1/1.jpg',
    ],
    found: {
      layout: 'flat',
      folder: 'dogs-vs-cats/train',
      classNames: ['cat', 'dog'],
      counts: { cat: 3, dog: 3 },
      unlabelled: 1,
    },
  },
  'flat names beside an unlabelled test folder': {
    paths: [...many('cat.N.jpg'), ...many('dog.N.jpg'), ...many('test1/N.jpg', 2)],
    found: {
      layout: 'flat',
      folder: '',
      classNames: ['cat', 'dog'],
      counts: { cat: 3, dog: 3 },
      unlabelled: 2,
    },
  },
  "Microsoft's PetImages": {
    paths: [...many('PetImages/Cat/N.jpg'), ...many('PetImages/Dog/N.jpg')],
    found: {
      layout: 'class folders',
      folder: 'PetImages',
      classNames: ['Cat', 'Dog'],
      counts: { Cat: 3, Dog: 3 },
      unlabelled: 0,
    },
  },
  'train/ with class folders beside an unlabelled test/': {
    paths: [...many('train/a/N.jpg'), ...many('train/b/N.jpg'), ...many('test/N.jpg', 4)],
    found: {
      layout: 'class folders',
      folder: 'train',
      classNames: ['a', 'b'],
      counts: { a: 3, b: 3 },
      unlabelled: 4,
    },
  },
  'train_set and test_set': {
    paths: [
      ...many('train_set/a/N.jpg'),
      ...many('train_set/b/N.jpg'),
      ...many('test_set/a/N.jpg', 1),
      ...many('test_set/b/N.jpg', 2),
    ],
    found: {
      layout: 'split',
      folder: '',
      classNames: ['a', 'b'],
      counts: { 'train a': 3, 'train b': 3, 'test a': 1, 'test b': 2 },
      unlabelled: 0,
    },
  },
  "Google's subset": {
    paths: ['train', 'validation'].flatMap((part) =>
      ['cats', 'dogs'].flatMap((name) => many(`cats_and_dogs_filtered/${part}/${name}/N.jpg`)),
    ),
    found: {
      layout: 'split',
      folder: 'cats_and_dogs_filtered',
      classNames: ['cats', 'dogs'],
      counts: { 'train cats': 3, 'train dogs': 3, 'validation cats': 3, 'validation dogs': 3 },
      unlabelled: 0,
    },
  },
  'a split whose test has no photo of a class': {
    paths: [
      ...many('Train/a/N.jpg'),
      ...many('Train/b/N.jpg'),
      ...many('VAL/a/N.jpg'),
      ...many('test/b/N.jpg', 1),
    ],
    found: {
      layout: 'split',
      folder: '',
      classNames: ['a', 'b'],
      counts: { 'train a': 3, 'train b': 3, 'validation a': 3, 'test b': 1 },
      unlabelled: 0,
    },
  },
  'photos of no class': {
    paths: many('IMG_N.jpg', 4),
    found: { layout: 'unlabelled', folder: '', classNames: [], counts: {}, unlabelled: 4 },
  },
  'photos of no class in folders called train and test': {
    paths: [...many('train/N.jpg'), ...many('test/N.jpg')],
    found: { layout: 'unlabelled', folder: '', classNames: [], counts: {}, unlabelled: 6 },
  },
  'flat names with a few others among them': {
    paths: [...many('cat.N.jpg'), ...many('dog.N.jpg'), 'me.jpg'],
    found: {
      layout: 'flat',
      folder: '',
      classNames: ['cat', 'dog'],
      counts: { cat: 3, dog: 3 },
      unlabelled: 1,
    },
  },
  'names of one class alone': {
    paths: many('cat.N.jpg'),
    found: { layout: 'unlabelled', folder: '', classNames: [], counts: {}, unlabelled: 3 },
  },
  'one class folder': {
    paths: many('roses/N.jpg'),
    found: {
      layout: 'class folders',
      folder: '',
      classNames: ['roses'],
      counts: { roses: 3 },
      unlabelled: 0,
    },
  },
  'a folder of no class beside two classes': {
    paths: [...many('roses/N.jpg'), ...many('tulips/N.jpg'), ...many('test/N.jpg')],
    found: {
      layout: 'class folders',
      folder: '',
      classNames: ['roses', 'tulips'],
      counts: { roses: 3, tulips: 3 },
      unlabelled: 3,
    },
  },
  'two classes of which one is called test': {
    paths: [...many('control/N.jpg'), ...many('test/N.jpg')],
    found: {
      layout: 'class folders',
      folder: '',
      classNames: ['control', 'test'],
      counts: { control: 3, test: 3 },
      unlabelled: 0,
    },
  },
  'one name in the two forms that Linux and macOS write': {
    paths: [...many('B\u00e4r/N.jpg'), ...many('Ba\u0308r/N.png'), ...many('Fuchs/N.jpg')],
    found: {
      layout: 'class folders',
      folder: '',
      classNames: ['B\u00e4r', 'Fuchs'],
      counts: { 'B\u00e4r': 6, Fuchs: 3 },
      unlabelled: 0,
    },
  },
  'classes that begin as splits do': {
    paths: [...many('trains/N.jpg'), ...many('testudo/N.jpg')],
    found: {
      layout: 'class folders',
      folder: '',
      classNames: ['testudo', 'trains'],
      counts: { trains: 3, testudo: 3 },
      unlabelled: 0,
    },
  },
};

describe('layoutOf()', () => {
  for (const [name, { paths, found }] of Object.entries(cases))
    test(name, () => assert.deepEqual(short(paths), found));

  test('counts an empty folder beside class folders as a class, and no other', () => {
    const classesOf = (photos: string[], folders: string[]) => layoutOf({ photos, folders }).classNames;
    assert.deepEqual(classesOf(['a/1.jpg', 'b/x/1.jpg'], ['a', 'b', 'b/x', 'b/y', 'c']), ['a', 'b', 'c']);
    assert.deepEqual(classesOf(['pets/a/1.jpg', 'pets/b/1.jpg'], ['pets', 'pets/a', 'pets/b', 'out']), [
      'a',
      'b',
    ]);
    assert.deepEqual(
      classesOf(['train/a/1.jpg', 'val/b/1.jpg'], ['train', 'train/a', 'train/b', 'train/c', 'val', 'val/b']),
      ['a', 'b', 'c'],
    );
    assert.deepEqual(classesOf(['cat.0.jpg', 'dog.0.jpg'], ['out']), ['cat', 'dog']);
  });

  test('keeps the given order within a class', () => {
    const { photos } = layoutOf({ photos: ['b/2.jpg', 'b/10.jpg', 'a/1.jpg'] });
    assert.deepEqual(
      photos.map(({ filename }) => filename),
      ['a/1.jpg', 'b/2.jpg', 'b/10.jpg'],
    );
  });
});

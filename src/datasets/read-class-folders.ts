/** Reads which photos of which classes lie in class folders, and makes the data set of what lies in a folder. */
import fs from 'node:fs';
import path from 'node:path';
import { counted, problem, show } from '../check';
import { bytesOf, entriesOf } from '../files/byte-names';
import { shownPath } from '../paths';
import type { Dataset } from './dataset';
import { classFolders, classOf, type FoundLayout, type LabelledPhoto, splitOf } from './layout-of';
import { type FolderTree, foldersAbove, type PassedOver, walkTree } from './walk-tree';

/**
 * Reads the class folders that lie in `dir` itself, as Keras' `flow_from_directory` does: in its order, folders within them
 * included, a folder without a photo being a class, too.
 *
 * @param dir absolute.
 * @param options `classes`: the class folders to read, in the order of their labels; default all, sorted by name.
 * @throws LittleDataError where `dir` or a named class folder is missing, no class folder has a photo, or a folder that
 *   nobody named is called like a split.
 */
export function readClassFolders(dir: string, { classes }: { classes?: readonly string[] } = {}): Dataset {
  if (classes) return readNamed(dir, classes);
  const tree = treeOf(dir);
  const found = classFolders(tree);
  if (found.photos.length === 0) throw noPhotos(dir, tree, inClasses(dir));
  checkNotSplits(dir, found.classNames);
  return datasetOf(dir, tree, found);
}

/** Walks a folder; throws a `LittleDataError` where it can't be read. */
export function treeOf(dir: string): FolderTree {
  try {
    return walkTree(dir);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw problem({
      where: shownPath(dir),
      expected: 'a folder of photos',
      found: code === 'ENOENT' ? 'no such folder' : code === 'ENOTDIR' ? 'a file' : String(code),
      next: 'Correct the path; `splitDataset` makes class folders from a folder of photos.',
    });
  }
}

/** The data set that a layout within a folder is. */
export function datasetOf(origin: string, tree: FolderTree, found: FoundLayout): Dataset {
  const { folder, layout, classNames, unlabelled } = found;
  const start = folder === '' ? 0 : folder.length + 1;
  const isWithin = (name: string) => folder === '' || name.startsWith(`${folder}/`);
  const isClass = (name: string) =>
    name.split('/').length === (layout === 'split' ? 2 : 1) && classNames.includes(classOf(baseOf(name)));
  const isUnlabelled = layout === 'unlabelled';
  const photos = isUnlabelled ? unlabelled.map((filename) => ({ filename, className: '' })) : found.photos;
  return {
    classes: isUnlabelled ? [''] : classNames,
    photos: photos.map((photo) => ({ ...photo, filename: photo.filename.slice(start) })),
    metadata: {
      origin,
      dir: path.join(origin, folder),
      layout,
      unlabelled: isUnlabelled ? [] : unlabelled.map((name) => path.posix.relative(folder, name)),
      emptyFolders: emptyFolders(tree)
        .filter(isWithin)
        .map((name) => name.slice(start))
        .filter((name) => !isClass(name)),
      passedOver: tree.passedOver
        .filter(({ filename }) => isWithin(filename))
        .map(({ filename, as }) => ({ filename: filename.slice(start), as })),
    },
  };
}

function readNamed(dir: string, classes: readonly string[]): Dataset {
  const all: FolderTree = { photos: [], folders: [], passedOver: [] };
  const photos: LabelledPhoto[] = [];
  for (const className of classes.map(classOf))
    for (const folder of foldersOf(dir, className)) {
      const tree = treeOf(path.join(dir, folder));
      const below = (name: string) => `${folder}/${name}`;
      photos.push(...tree.photos.map((photo) => ({ filename: below(photo), className })));
      all.photos.push(...tree.photos.map(below));
      all.folders.push(...tree.folders.map(below));
      all.passedOver.push(...tree.passedOver.map(({ filename, as }) => ({ filename: below(filename), as })));
    }
  if (photos.length === 0) throw noPhotos(dir, treeOf(dir), inClasses(dir));
  const classNames = classes.map(classOf);
  return datasetOf(dir, all, { layout: 'class folders', folder: '', classNames, photos, unlabelled: [] });
}

/** The folders of `dir` that are called like a class, in either form of its accents. */
function foldersOf(dir: string, className: string): string[] {
  if (!fs.existsSync(dir)) treeOf(dir);
  const named = entriesOf(dir)
    .map(({ name }) => name)
    .filter((name) => classOf(name) === className);
  if (named.length > 0) return named;
  // A class folder may lie deeper: `classes: ['pets/cats']`.
  if (fs.existsSync(bytesOf(path.join(dir, className)))) return [className];
  throw problem({
    where: shownPath(path.join(dir, className)),
    expected: 'a class folder',
    found: 'no such folder',
    next: `${shownPath(dir)} holds ${contentOf(treeOf(dir))}. Correct \`classes\`, or make the folder.`,
  });
}

function emptyFolders({ photos, folders }: FolderTree): string[] {
  const filled = new Set(photos.flatMap(foldersAbove));
  return folders.filter((folder) => !filled.has(folder));
}

function baseOf(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

function inClasses(dir: string): string {
  return `a folder for each class with photos in it (${path.join(dir, 'cats', '1.jpg')}, ...)`;
}

/** The error for a folder without photos. */
export function noPhotos(
  dir: string,
  tree: FolderTree,
  expected = 'photos in it or in folders within it',
): Error {
  return problem({
    where: shownPath(dir),
    expected,
    found: `0 images: ${contentOf(tree)}`,
    next: 'Put photos there, those of each class in a folder named like the class, or pass another folder.',
  });
}

/** Folders called `train` and `test1` are splits: nobody trains a head to tell these apart. */
function checkNotSplits(dir: string, classNames: readonly string[]): void {
  const splits = classNames.filter((name) => splitOf(name) !== undefined);
  if (splits.length === 0) return;
  const others = classNames.filter((name) => !splits.includes(name));
  const remedy =
    others.length > 0
      ? `Move ${splits.join(', ')} elsewhere, or name the classes: \`classes: ${show(others)}\`.`
      : `Pass one of them, such as ${path.join(dir, splits[0]!)}. If they are classes all the same, name them as \`classes\`.`;
  throw problem({
    where: shownPath(dir),
    expected: 'a folder for each class',
    found: `folders named as splits: ${splits.join(', ')}`,
    next: remedy,
  });
}

/** What is in a folder, in words. */
function contentOf(tree: FolderTree): string {
  const { folders, passedOver } = tree;
  const empty = emptyFolders(tree);
  const top = (name: string) => !name.includes('/');
  const named = (as: PassedOver['as']) => passedOver.filter((it) => it.as === as).map((it) => it.filename);
  const parts = [
    counted(
      folders.filter((folder) => top(folder) && !empty.includes(folder)),
      'folder with photos',
      'folders with photos',
    ),
    counted(tree.photos.filter(top), 'photo in no class folder', 'photos in no class folder'),
    counted(empty, 'folder without a photo', 'folders without a photo'),
    counted(named('other'), 'file that is no picture', 'files that are no pictures'),
    counted(named('junk'), 'file that systems and tools leave', 'files that systems and tools leave'),
    counted(named('link'), 'link that leads nowhere new', 'links that lead nowhere new'),
    counted(named('folder'), 'folder that cannot be read', 'folders that cannot be read'),
  ].filter(Boolean);
  return parts.join(', ') || 'an empty folder';
}

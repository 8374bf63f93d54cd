/** Which photos lie in a folder of class folders, in Keras' order. */
import fs from 'node:fs';
import path from 'node:path';
import { problem } from '../check';
import { shownPath } from '../paths';
import { splitOf } from './layout-of';
import { byCodePoint } from './photo-names';
import { type FolderTree, folderOf, type PassedOver, walkTree } from './walk-tree';

/** One photo of a class folder. */
export interface FolderPhoto {
  /** Relative to the folder that was listed, with `/`: `cats/cat.0.jpg`. */
  filename: string;
  /** The class's place in `classNames`. */
  label: number;
}

/** A folder of class folders as it was found. */
export interface FolderListing {
  /** The class folders' names, sorted as Python sorts them (by code point). */
  classNames: string[];
  /** Class by class, each in the order of its names. */
  photos: FolderPhoto[];
  /** Photos that lie beside the class folders, in no class. */
  beside: string[];
  /** Folders without a photo in them or below: no classes. */
  emptyFolders: string[];
  /** What else lies there: files that are no photos, what systems leave, links that lead nowhere new. */
  passedOver: PassedOver[];
}

/**
 * Lists the photos of each class folder of `dir`, folders within it included, in the order in which Keras'
 * `flow_from_directory` finds them. A folder without a photo is no class.
 *
 * @param dir a folder whose folders are the classes.
 * @param options `classes`: the class folders to read, in the order of their labels, also where one has no photo;
 *   default all that have photos, sorted by name.
 * @throws where `dir` or a named class folder is missing, no class folder has a photo, or all folders are named as splits.
 */
export function listPhotos(dir: string, { classes }: { classes?: readonly string[] } = {}): FolderListing {
  const listing = classes ? listNamed(dir, classes) : groupByClass(treeOf(dir));
  if (!classes) checkNotSplits(dir, listing);
  if (listing.photos.length > 0) return listing;
  throw problem({
    where: shownPath(dir),
    expected: `a folder for each class with photos in it (${path.join(dir, 'cats', '1.jpg')}, ...)`,
    found: `0 images: ${contentOf(dir)}`,
    next: 'Put the photos of each class into a folder named like the class, or pass another folder.',
  });
}

/** Folders called `train` and `test1` are splits, not classes: no one wants to tell these apart. */
function checkNotSplits(dir: string, { classNames, photos }: FolderListing): void {
  if (photos.length === 0 || classNames.some((name) => splitOf(name) === undefined)) return;
  throw problem({
    where: shownPath(dir),
    expected: 'a folder for each class',
    found: `folders named as splits: ${classNames.join(', ')}`,
    next: `Pass one of them, such as ${path.join(dir, classNames[0]!)}. If they are classes all the same, name them as \`classes\`.`,
  });
}

/** The photos of a tree by their class folder, the one directly below its top. */
export function groupByClass({ photos, folders, passedOver }: FolderTree): FolderListing {
  const byClass = new Map<string, string[]>();
  const beside: string[] = [];
  for (const photo of photos) {
    const slash = photo.indexOf('/');
    if (slash < 0) {
      beside.push(photo);
      continue;
    }
    const name = photo.slice(0, slash);
    const own = byClass.get(name);
    if (own) own.push(photo);
    else byClass.set(name, [photo]);
  }
  const classNames = [...byClass.keys()].sort(byCodePoint);
  const filled = new Set(photos.flatMap((photo) => foldersAbove(photo)));
  return {
    classNames,
    photos: classNames.flatMap((name, label) => byClass.get(name)!.map((filename) => ({ filename, label }))),
    beside,
    emptyFolders: folders.filter((folder) => !filled.has(folder)),
    passedOver,
  };
}

/** Walks a folder; throws a `LittleDataError` where it can't be read. `parent`: the folder of classes that it is one of. */
export function treeOf(dir: string, parent?: string): FolderTree {
  try {
    return walkTree(dir);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw problem({
      where: shownPath(dir),
      expected: parent ? 'a class folder' : 'a folder of class folders',
      found: code === 'ENOENT' ? 'no such folder' : code === 'ENOTDIR' ? 'a file' : String(code),
      next: parent
        ? `${shownPath(parent)} holds ${contentOf(parent)}. Correct \`classes\`, or make the folder.`
        : 'Correct the path; `splitDataset` makes such folders from a folder of photos.',
    });
  }
}

/** What is in a folder, in words: photos that lie in no class folder, empty folders, other files. */
export function contentOf(dir: string): string {
  let tree: FolderTree;
  try {
    tree = walkTree(dir);
  } catch {
    return 'nothing that can be read';
  }
  const { classNames, beside, emptyFolders, passedOver } = groupByClass(tree);
  const named = (as: PassedOver['as']) => passedOver.filter((it) => it.as === as).map((it) => it.filename);
  const parts = [
    counted(classNames, 'folder with photos', 'folders with photos'),
    counted(beside, 'photo in no class folder', 'photos in no class folder'),
    counted(emptyFolders, 'folder without a photo', 'folders without a photo'),
    counted(named('other'), 'file that is no picture', 'files that are no pictures'),
    counted(named('junk'), 'file that systems and tools leave', 'files that systems and tools leave'),
    counted(named('link'), 'link that leads nowhere new', 'links that lead nowhere new'),
    counted(named('folder'), 'folder that cannot be read', 'folders that cannot be read'),
  ].filter(Boolean);
  return parts.join(', ') || 'an empty folder';
}

/** `3 photos in no class folder (a.jpg, b.jpg, ...)`; nothing for none. */
export function counted(names: readonly string[], one: string, many: string): string {
  if (names.length === 0) return '';
  const first = names.slice(0, 5).join(', ');
  return `${names.length} ${names.length === 1 ? one : many} (${first}${names.length > 5 ? ', ...' : ''})`;
}

function listNamed(dir: string, classes: readonly string[]): FolderListing {
  if (!fs.existsSync(dir)) treeOf(dir);
  const listing: FolderListing = {
    classNames: [...classes],
    photos: [],
    beside: [],
    emptyFolders: [],
    passedOver: [],
  };
  for (const [label, name] of classes.entries()) {
    const tree = treeOf(path.join(dir, name), dir);
    const below = (relative: string) => `${name}/${relative}`;
    listing.photos.push(...tree.photos.map((photo) => ({ filename: below(photo), label })));
    listing.passedOver.push(
      ...tree.passedOver.map(({ filename, as }) => ({ filename: below(filename), as })),
    );
    const filled = new Set(tree.photos.flatMap((photo) => foldersAbove(photo)));
    listing.emptyFolders.push(...tree.folders.filter((folder) => !filled.has(folder)).map(below));
  }
  return listing;
}

/** `['a', 'a/b']` for `a/b/1.jpg`. */
function foldersAbove(filename: string): string[] {
  const above: string[] = [];
  for (let folder = folderOf(filename); folder !== ''; folder = folderOf(folder)) above.push(folder);
  return above;
}

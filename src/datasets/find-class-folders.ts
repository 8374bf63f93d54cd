/** Which layout a folder of photos of any classes has, and which photo is of which class. */
import fs from 'node:fs';
import path from 'node:path';
import { type FolderListing, groupByClass, listPhotos, treeOf } from './list-photos';
import { byCodePoint } from './photo-names';

/**
 * `'class folders'`: a folder a class; `'named'`: all in one folder, the class in the name, as Kaggle's `cat.12.jpg`;
 * `'flat'`: all in one folder, of no known class; `'split'`: class folders in `train/`, `validation/`, `test/`.
 */
export type FolderLayout = 'class folders' | 'named' | 'flat' | 'split';

/** A photo and its class. */
export interface ClassPhoto {
  /** Relative to the folder, with `/`. */
  filename: string;
  /** `train/cats` in the layout `'split'`, `''` in the layout `'flat'`. */
  className: string;
}

/** A folder of photos as it was found. */
export interface FoundFolder {
  layout: FolderLayout;
  /** The folder that has the layout: the given one, or the only one in it. Absolute. */
  dir: string;
  /** Class by class, sorted by code point. */
  classNames: string[];
  photos: ClassPhoto[];
  /** What else lies there. */
  listing: FolderListing;
}

const partName = /^(train|training|val|valid|validation|test|testing)$/i;
const classInName = /^(\p{L}[\p{L}_-]*)\.\d+\.[^.]+$/u;

/**
 * Looks at `dir` for class folders, and where its only folder holds nothing but folders (as an unpacked zip's often does), in
 * that one; else for photos in `dir` itself.
 * @throws LittleDataError where there is no photo: where it looked, what it saw, what it expected.
 */
export function findClassFolders(dir: string): FoundFolder {
  const place = path.resolve(dir);
  const listing = groupByClass(treeOf(place));
  const { beside, classNames, photos } = listing;
  if (classNames.length === 0 && beside.length > 0) return besides(place, listing);
  if (photos.length === 0) listPhotos(place);
  const parents = new Set(photos.map(({ filename }) => filename.split('/').slice(0, -1).join('/')));
  const nested = photos.every(({ filename }) => filename.split('/').length > 2);
  if (nested && classNames.length > 1 && classNames.every((name) => partName.test(name)))
    return splitFolders(place, listing);
  if (nested && classNames.length === 1 && beside.length === 0 && parents.size > 1)
    return findClassFolders(path.join(place, classNames[0]!));
  return {
    layout: 'class folders',
    dir: place,
    classNames,
    photos: photos.map(({ filename, label }) => ({ filename, className: classNames[label]! })),
    listing,
  };
}

/** Whether `place` is a folder (or a link to one). */
export function isFolder(place: string): boolean {
  return fs.statSync(place, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function besides(dir: string, listing: FolderListing): FoundFolder {
  const names = listing.beside.map((filename) => classInName.exec(filename)?.[1]?.toLowerCase());
  const isNamed = names.every((name) => name !== undefined) && new Set(names).size > 1;
  const photos = listing.beside.map((filename, i) => ({ filename, className: isNamed ? names[i]! : '' }));
  return { ...byClass(dir, photos), layout: isNamed ? 'named' : 'flat', listing: { ...listing, beside: [] } };
}

function splitFolders(dir: string, listing: FolderListing): FoundFolder {
  const photos = listing.photos.map(({ filename }) => ({
    filename,
    className: filename.split('/').slice(0, 2).join('/'),
  }));
  return { ...byClass(dir, photos), layout: 'split', listing };
}

function byClass(dir: string, photos: ClassPhoto[]): Omit<FoundFolder, 'layout' | 'listing'> {
  const classNames = [...new Set(photos.map(({ className }) => className))].sort(byCodePoint);
  const places = new Map(classNames.map((name, place) => [name, place]));
  photos.sort((a, b) => places.get(a.className)! - places.get(b.className)!);
  return { dir, classNames, photos };
}

/** Which layout a folder of photos of any classes has, and which photo is of which class. */
import fs from 'node:fs';
import path from 'node:path';
import { type FolderLayout, layoutOf } from './layout-of';
import { type FolderListing, groupByClass, listPhotos, treeOf } from './list-photos';

/** A photo and its class. */
export interface ClassPhoto {
  /** Relative to the folder, with `/`. */
  filename: string;
  /** `train/cats` in the layout `'split'`, `''` in the layout `'unlabelled'`. */
  className: string;
}

/** A folder of photos as it was found. */
export interface FoundFolder {
  layout: FolderLayout;
  /** The folder that has the layout: the given one, or one within it. Absolute. */
  dir: string;
  /** Class by class, sorted by code point. */
  classNames: string[];
  photos: ClassPhoto[];
  /** What else lies there. Photos beside the classes, such as those of Kaggle's `test1/`, are relative to the given folder. */
  listing: FolderListing;
}

/**
 * Tells the layout of `dir`: see `layoutOf`.
 * @throws LittleDataError where there is no photo: where it looked, what it saw, what it expected.
 */
export function findClassFolders(dir: string): FoundFolder {
  const place = path.resolve(dir);
  const tree = treeOf(place);
  if (tree.photos.length === 0) listPhotos(place);
  const { layout, folder, photos, unlabelled } = layoutOf(tree.photos);
  const found = path.join(place, folder);
  const listing = groupByClass(folder === '' ? tree : treeOf(found));
  const start = folder === '' ? 0 : folder.length + 1;
  const classOf = ({ filename, className }: ClassPhoto) =>
    layout === 'split' ? `${filename.slice(start).split('/')[0]}/${className}` : className;
  const all =
    layout === 'unlabelled'
      ? unlabelled.map((filename) => ({ filename, className: '' }))
      : photos.map((photo) => ({ filename: photo.filename.slice(start), className: classOf(photo) }));
  return {
    layout,
    dir: found,
    classNames: [...new Set(all.map(({ className }) => className))],
    photos: all,
    listing: { ...listing, beside: layout === 'unlabelled' ? [] : unlabelled },
  };
}

/** Whether `place` is a folder (or a link to one). */
export function isFolder(place: string): boolean {
  return fs.statSync(place, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

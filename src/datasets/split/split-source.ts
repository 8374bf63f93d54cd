/** Which photos of which classes are to be split by share: of a folder of any classes, or of what `findPhotos` found. */
import path from 'node:path';
import { problem } from '../../check';
import { resolvePath, shownPath } from '../../paths';
import { findClassFolders, isFolder } from '../find-class-folders';
import { contentOf, counted, treeOf } from '../list-photos';
import { findPhotos, type PhotoSource } from '../tutorial/find-photos';

/** A photo to be split. */
export interface SplitPhoto {
  className: string;
  /** Absolute. */
  file: string;
  /** Relative to the source's folder, with `/`. */
  filename: string;
  /** Where it goes within its class's folder, with `/`. */
  within: string;
}

/** The photos to be split. */
export interface SplitSource {
  /** The folder or zip that was named. Absolute. */
  origin: string;
  /** The folder that the photos lie in. Absolute. */
  dir: string;
  classNames: string[];
  photos: SplitPhoto[];
  /** What lies there beside them, in words; empty for nothing. */
  notTaken: string;
}

/**
 * The photos of a folder of class folders (any classes; a photo in a nested folder keeps its place there) or of one whose
 * file names tell the class (`rose.12.jpg`), else what `findPhotos` finds there.
 */
export async function splitSource(photos: PhotoSource | string): Promise<SplitSource> {
  if (typeof photos !== 'string') return fromFound(photos);
  const origin = resolvePath(photos, 'photos');
  if (!isFolder(origin) || hasOnlyZips(origin)) {
    const found = await findPhotos(photos);
    if (found) return fromFound(found);
  }
  const { dir, layout, classNames, photos: found, listing } = findClassFolders(origin);
  if (layout === 'split') throw alreadySplit(dir);
  if (layout === 'unlabelled')
    throw problem({
      where: shownPath(dir),
      expected: 'a folder for each class with its photos in it, or names that tell the class (rose.12.jpg)',
      found: contentOf(dir),
      next: 'Put the photos of each class into a folder named like the class.',
    });
  const { beside, passedOver } = listing;
  const others = passedOver.filter(({ as }) => as !== 'junk').map(({ filename }) => filename);
  return {
    origin,
    dir,
    classNames,
    photos: found.map(({ filename, className }) => ({
      className,
      filename,
      file: path.join(dir, filename),
      within: layout === 'flat' ? path.posix.basename(filename) : filename.slice(className.length + 1),
    })),
    notTaken: [
      counted(beside, 'photo of no class', 'photos of no class'),
      counted(others, 'other file, link or folder', 'other files, links or folders'),
    ]
      .filter(Boolean)
      .join(', '),
  };
}

function fromFound({ dir, origin, parts }: PhotoSource): SplitSource {
  if (!parts.all) throw alreadySplit(dir);
  const photos = Object.entries(parts.all).flatMap(([className, list]) =>
    list.map(({ file }) => ({
      className,
      file,
      filename: path.relative(dir, file).replaceAll(path.sep, '/'),
      within: path.basename(file),
    })),
  );
  return { origin, dir, classNames: Object.keys(parts.all), photos, notTaken: '' };
}

/** Whether a folder holds zips and no photo of its own. */
function hasOnlyZips(dir: string): boolean {
  const { photos, passedOver } = treeOf(dir);
  return photos.length === 0 && passedOver.some(({ filename }) => /\.zip$/i.test(filename));
}

function alreadySplit(dir: string): Error {
  return problem({
    where: shownPath(dir),
    expected: 'photos that are not split yet',
    found: 'class folders in train/ and validation/ already',
    next: 'Pass these folders to flowFromDirectory as they are, or one of them (train/) to be split anew.',
  });
}

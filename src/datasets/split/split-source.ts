/** Which photos of which classes are to be split: of a folder or zip of any classes, or of what `findPhotos` found. */
import path from 'node:path';
import { counted, problem } from '../../check';
import { shownPath } from '../../paths';
import { type Dataset, fileOf } from '../dataset';
import { decidedPhotos, readDecisions } from '../label-decisions';
import type { LabelledPhoto, SplitName } from '../layout-of';
import { readDataset } from '../read-dataset';
import type { PhotoSource, PhotosByClass } from '../tutorial/find-photos';

/** A photo to be split. */
export interface SplitPhoto {
  className: string;
  /** Absolute. */
  file: string;
  /** Relative to the source's folder, with `/`. */
  filename: string;
  /** Where it goes within its class's folder, with `/`. */
  within: string;
  /** The number in its name; only of what `findPhotos` found. */
  index?: number;
  /** The split that it is in already. */
  split?: SplitName;
}

/** The photos to be split. */
export interface SplitSource {
  /** The folder or zip that was named. Absolute. */
  origin: string;
  /** The folder that the photos lie in. Absolute. */
  dir: string;
  classNames: string[];
  photos: SplitPhoto[];
  /** Whether they are split already. */
  isSplit: boolean;
  /** What lies there beside them, in words; empty for nothing. */
  notTaken: string;
  /** Photos that decisions in `labels.csv` leave out. */
  leftOut: { filename: string; reason: string }[];
  /** How many photos are in another class than their folder, by `labels.csv`. */
  relabelled: number;
}

/** The photos of a folder or zip of any classes. */
export async function sourceOf(photos: string): Promise<SplitSource> {
  const dataset = await readDataset(photos, { name: 'photos' });
  const { origin, dir, layout, unlabelled, passedOver } = dataset.metadata;
  if (layout === 'split') throw alreadySplit(dir);
  if (layout === 'unlabelled')
    throw problem({
      where: shownPath(dir),
      expected: 'a folder for each class with its photos in it, or names that tell the class (rose.12.jpg)',
      found: counted(dataset.photos.map(fileName), 'photo in no class folder', 'photos in no class folder'),
      next: 'Put the photos of each class into a folder named like the class.',
    });
  const decided = decidedIn(dataset);
  const others = passedOver
    .filter(({ as, filename }) => as !== 'junk' && !(decided.isThere && filename === 'labels.csv'))
    .map(fileName);
  return {
    origin,
    dir,
    isSplit: false,
    classNames: dataset.classes,
    photos: decided.photos.map((photo) => ({
      className: photo.className,
      filename: photo.filename,
      file: fileOf(dataset, photo),
      within: withinClass(photo, dataset),
    })),
    leftOut: decided.leftOut,
    relabelled: decided.relabelled,
    notTaken: [
      counted(unlabelled, 'photo of no class', 'photos of no class'),
      counted(others, 'other file, link or folder', 'other files, links or folders'),
    ]
      .filter(Boolean)
      .join(', '),
  };
}

/** The photos as decisions about their labels have them. */
function decidedIn({ photos, classes, metadata }: Dataset) {
  const decisions = readDecisions(metadata.dir);
  const { photos: kept, relabelled } = decidedPhotos(photos, { decided: decisions, classes });
  const names = new Set(kept.map(fileName));
  const leftOut = photos
    .filter(({ filename }) => !names.has(filename))
    .map(({ filename }) => {
      const { className } = decisions.get(filename)!;
      const reason = className === undefined ? 'deleted from the data set' : `of the class ${className}`;
      return { filename, reason: `labels.csv: ${reason}` };
    });
  return { photos: kept, relabelled, leftOut, isThere: decisions.size > 0 };
}

/** A photo of another class than its folder keeps the folder's name: the class may have a photo of its own name. */
function withinClass({ filename, className }: LabelledPhoto, { metadata: { layout } }: Dataset): string {
  const isInItsFolder = layout === 'class folders' && filename.startsWith(`${className}/`);
  return isInItsFolder ? filename.slice(className.length + 1) : filename;
}

function fileName({ filename }: { filename: string }): string {
  return filename;
}

/** What `findPhotos` found. */
export function numberedSource({ dir, origin, parts, layout }: PhotoSource): SplitSource {
  const photos = Object.entries(parts).flatMap(([part, classes]) =>
    Object.entries(classes as PhotosByClass).flatMap(([className, list]) =>
      list.map(({ file, index }) => ({
        className,
        file,
        filename: path.relative(dir, file).replaceAll(path.sep, '/'),
        within: path.basename(file),
        index,
        ...(part !== 'all' && { split: part as SplitName }),
      })),
    ),
  );
  const classNames = [...new Set(photos.map(({ className }) => className))];
  return {
    ...{ origin, dir, isSplit: layout === 'split', classNames, photos },
    ...{ notTaken: '', leftOut: [], relabelled: 0 },
  };
}

/** The error for photos that are split already. */
export function alreadySplit(dir: string): Error {
  return problem({
    where: shownPath(dir),
    expected: 'photos that are not split yet',
    found: 'class folders in train/ and validation/ already',
    next: 'Pass these folders to flowFromDirectory as they are, or one of them (train/) to be split again.',
  });
}

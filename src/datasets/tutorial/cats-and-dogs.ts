/** Which photos of a data set are of cats and of dogs, by the numbers in their names. */
import fs from 'node:fs';
import path from 'node:path';
import { problem } from '../../check';
import { shownPath } from '../../paths';
import { type Dataset, fileOf } from '../dataset';
import { type FolderContent, type FoundLayout, type LabelledPhoto, layoutOf, splitOf } from '../layout-of';
import { foldersAbove } from '../walk-tree';

/** A photo and the integer in its name. */
export interface IndexedPhoto {
  /** The last integer in the file's name: 12 for `cat.12.jpg`. Two files of a class may have the same one (`1.jpg`, `1.png`). */
  index: number;
  /** Absolute path. */
  file: string;
}

/** For each class (`cats`, `dogs`) its photos, sorted by index, then by name. */
export type PhotosByClass = Record<string, IndexedPhoto[]>;

/** The photos of each split: `all` in the layouts that are not split, `train` and `validation` in the one that is. */
export interface PhotoParts {
  /** In the layouts that are not split. */
  all?: PhotosByClass;
  /** In the layout that is split. */
  train?: PhotosByClass;
  /** In the layout that is split. */
  validation?: PhotosByClass;
}

/** The layouts in words, for messages. */
export const layoutHelp =
  "Kaggle's cat.N.jpg and dog.N.jpg in one folder (itself or train/), Microsoft's PetImages/{Cat,Dog}/N.jpg, " +
  '{train,validation}/{cats,dogs}/N.jpg, or the zip of one of these';

const names = { cats: /^cats?$/i, dogs: /^dogs?$/i };
const depth = 2;

/** The layout of the first folder, among the top one and those up to two levels below, that has photos of cats and of dogs. */
export function layoutOfPets(content: FolderContent): FoundLayout | undefined {
  const folders = new Set(['', ...content.photos.flatMap(foldersAbove)]);
  const levels = [...folders].filter(
    (folder) => levelOf(folder) <= depth && splitOf(folder.slice(folder.lastIndexOf('/') + 1)) !== 'test',
  );
  for (const folder of levels.sort((a, b) => levelOf(a) - levelOf(b) || (a < b ? -1 : 1))) {
    const found = layoutOf(content, folder);
    if (hasBoth(found) && !(found.layout === 'split' && isWithoutValidation(found))) return found;
  }
  return undefined;
}

/** The photos of cats and dogs of a data set; `unnamed`: those without a number in their names, and those of no class. */
export function petsOf(dataset: Dataset): { parts: PhotoParts; unnamed: string[] } {
  const { dir, layout, unlabelled } = dataset.metadata;
  const unnamed = layout === 'flat' ? unlabelled.filter((name) => !name.includes('/')) : [];
  const numbered = (photos: readonly LabelledPhoto[]): PhotosByClass => {
    const classes: PhotosByClass = { cats: [], dogs: [] };
    for (const photo of photos) {
      const name = petOf(photo);
      const index = lastInteger(photo.filename);
      if (name && index !== undefined) classes[name]!.push({ index, file: fileOf(dataset, photo) });
      else if (name) unnamed.push(photo.filename);
    }
    for (const list of Object.values(classes))
      list.sort((a, b) => a.index - b.index || (a.file < b.file ? -1 : 1));
    return classes;
  };
  if (layout !== 'split') return { parts: { all: numbered(dataset.photos) }, unnamed };
  const part = (split: 'train' | 'validation') => {
    const photos = dataset.photos.filter((photo) => photo.split === split);
    const classes = numbered(photos);
    checkBoth(classes, path.join(dir, photos[0]!.filename.split('/')[0]!));
    return classes;
  };
  return { parts: { train: part('train'), validation: part('validation') }, unnamed };
}

function petOf({ className }: { className: string }): 'cats' | 'dogs' | undefined {
  return (['cats', 'dogs'] as const).find((name) => names[name].test(className));
}

function hasBoth({ photos }: FoundLayout): boolean {
  return new Set(photos.map(petOf).filter(Boolean)).size === 2;
}

/** A train and a test split: only the first one's photos are to be split. */
function isWithoutValidation({ photos }: FoundLayout): boolean {
  return ['train', 'validation'].some((split) => photos.every((photo) => photo.split !== split));
}

function checkBoth(classes: PhotosByClass, where: string): void {
  for (const [missing, photos] of Object.entries(classes)) {
    if (photos.length > 0) continue;
    throw problem({
      where: shownPath(where),
      expected: `photos in the folder ${missing}, with a number in each name`,
      found: fs.existsSync(path.join(where, missing)) ? 'none' : 'no such folder',
      next: 'Put the photos of the class there, or name another folder of photos.',
    });
  }
}

function lastInteger(filename: string): number | undefined {
  const digits = path.parse(filename).name.match(/\d+/g)?.at(-1);
  return digits !== undefined && Number.isSafeInteger(Number(digits)) ? Number(digits) : undefined;
}

function levelOf(folder: string): number {
  return folder === '' ? 0 : folder.split('/').length;
}

/** The layouts in which people have photos of cats and dogs, and how they are told apart. */
import fs from 'node:fs';
import path from 'node:path';
import { problem } from '../../check';
import { shownPath } from '../../paths';
import { hasPictureExtension, isJunk } from '../photo-names';

/**
 * `'flat'`: Kaggle's `cat.N.jpg` and `dog.N.jpg` in one folder; `'petimages'`: Microsoft's `Cat/N.jpg` and `Dog/N.jpg`;
 * `'split'`: `{train,validation}/{cats,dogs}/...N.jpg`.
 */
export type PhotoLayout = 'flat' | 'petimages' | 'split';

/** A photo and the integer in its name. */
export interface IndexedPhoto {
  /** The last integer in the file's name: 12 for `cat.12.jpg`. Two files of a class may have the same one (`1.jpg`, `1.png`). */
  index: number;
  /** Absolute path. */
  file: string;
}

/** For each class (`cats`, `dogs`) its photos, sorted by index, then by name. */
export type PhotosByClass = Record<string, IndexedPhoto[]>;

/** The photos of each part: `all` in the layouts that are not split, `train` and `validation` in the one that is. */
export interface PhotoParts {
  all?: PhotosByClass;
  train?: PhotosByClass;
  validation?: PhotosByClass;
}

/** A layout that was found in a folder. */
export interface FoundLayout {
  layout: PhotoLayout;
  /** The folder that has the layout. Absolute. */
  dir: string;
  parts: PhotoParts;
  /** Pictures that lie among the photos but whose names tell no class or no number. Absolute paths. */
  unnamed: string[];
}

/** The layouts in words, for messages. */
export const layoutHelp =
  "Kaggle's cat.N.jpg and dog.N.jpg in one folder (itself or train/), Microsoft's PetImages/{Cat,Dog}/N.jpg, " +
  '{train,validation}/{cats,dogs}/N.jpg, or the zip of one of these';

const flatName = /^(cat|dog)\.(\d+)\.[^.]+$/i;
const classNames = ['cats', 'dogs'] as const;
const classFolder = { cats: /^cats?$/i, dogs: /^dogs?$/i };
const depth = 2;
const mostFolders = 200;

/**
 * Looks for a layout in `root`, then in the folders in it, then in those in these; the first that holds photos of both classes.
 * @throws LittleDataError where a split layout lacks a class.
 */
export function findLayout(root: string): FoundLayout | undefined {
  let level = [root];
  for (let below = 0; below <= depth; below++) {
    for (const dir of level) {
      const entries = entriesOf(dir);
      const found = splitLayout(dir, entries) ?? classFolders(dir, entries) ?? flatLayout(dir, entries);
      if (found) return found;
    }
    level = level.flatMap((dir) => foldersOf(dir).map((name) => path.join(dir, name))).slice(0, mostFolders);
  }
  return undefined;
}

/** The class of a photo by its path in a zip (`train/cat.1.jpg`, `PetImages/Cat/1.jpg`); undefined for anything else. */
export function classOfEntry(entry: string): 'cats' | 'dogs' | undefined {
  const [file = '', folder = ''] = entry.split('/').reverse();
  if (!isPicture(file)) return undefined;
  const flat = flatClass(file);
  return classNames.find((name) => classFolder[name].test(folder)) ?? flat?.name;
}

/** Whether a file's name is that of a picture, and not one that an operating system made. */
export function isPicture(name: string): boolean {
  return hasPictureExtension(name) && !isJunk(name);
}

function splitLayout(dir: string, entries: fs.Dirent[]): FoundLayout | undefined {
  const folder = (name: RegExp) =>
    entries.find((entry) => isFolder(dir, entry) && name.test(entry.name))?.name;
  const [train, validation] = [folder(/^train$/i), folder(/^(validation|val|valid)$/i)];
  if (train === undefined || validation === undefined) return undefined;
  const parts = [train, validation].map((name) => classesIn(path.join(dir, name)));
  if (parts.some(({ classes }) => Object.keys(classes).length === 0)) return undefined;
  parts.forEach(({ classes }, i) => {
    const missing = classNames.find((name) => !classes[name]?.length);
    if (missing === undefined) return;
    const where = path.join(dir, [train, validation][i]!);
    throw problem({
      where: shownPath(where),
      expected: `photos in the folder ${missing}, with a number in each name`,
      found: fs.existsSync(path.join(where, missing)) ? 'none' : 'no such folder',
      next: 'Put the photos of the class there, or name another folder of photos.',
    });
  });
  return {
    layout: 'split',
    dir,
    parts: { train: parts[0]!.classes, validation: parts[1]!.classes },
    unnamed: parts.flatMap((part) => part.unnamed),
  };
}

function classFolders(dir: string, entries: fs.Dirent[]): FoundLayout | undefined {
  const { classes, unnamed } = classesIn(dir, entries);
  if (classNames.some((name) => !classes[name]?.length)) return undefined;
  return { layout: 'petimages', dir, parts: { all: classes }, unnamed };
}

function flatLayout(dir: string, entries: fs.Dirent[]): FoundLayout | undefined {
  const classes: Record<'cats' | 'dogs', IndexedPhoto[]> = { cats: [], dogs: [] };
  const unnamed: string[] = [];
  for (const entry of entries.filter(isPictureFile)) {
    const file = path.join(dir, entry.name);
    const named = flatClass(entry.name);
    if (named) classes[named.name].push({ index: named.index, file });
    else unnamed.push(file);
  }
  if (classNames.some((name) => classes[name].length === 0)) return undefined;
  return { layout: 'flat', dir, parts: { all: sorted(classes) }, unnamed };
}

/** The class folders in `dir`, by the names `cats` and `dogs`; a class without a folder has no key. */
function classesIn(dir: string, entries = entriesOf(dir)): { classes: PhotosByClass; unnamed: string[] } {
  const classes: PhotosByClass = {};
  const unnamed: string[] = [];
  for (const name of classNames) {
    const folder = entries.find((entry) => classFolder[name].test(entry.name) && isFolder(dir, entry));
    if (!folder) continue;
    const photos: IndexedPhoto[] = [];
    for (const entry of entriesOf(path.join(dir, folder.name)).filter(isPictureFile)) {
      const file = path.join(dir, folder.name, entry.name);
      const index = lastInteger(entry.name);
      if (index === undefined) unnamed.push(file);
      else photos.push({ index, file });
    }
    classes[name] = photos;
  }
  return { classes: sorted(classes), unnamed };
}

function sorted<T extends PhotosByClass>(classes: T): T {
  for (const photos of Object.values(classes))
    photos.sort((a, b) => a.index - b.index || (a.file < b.file ? -1 : 1));
  return classes;
}

function flatClass(file: string): { name: 'cats' | 'dogs'; index: number } | undefined {
  const [, animal, digits] = flatName.exec(file) ?? [];
  if (animal === undefined || !Number.isSafeInteger(Number(digits))) return undefined;
  return { name: animal.toLowerCase() === 'cat' ? 'cats' : 'dogs', index: Number(digits) };
}

function lastInteger(name: string): number | undefined {
  const digits = path.parse(name).name.match(/\d+/g)?.at(-1);
  return digits !== undefined && Number.isSafeInteger(Number(digits)) ? Number(digits) : undefined;
}

function isPictureFile(entry: fs.Dirent): boolean {
  return (entry.isFile() || entry.isSymbolicLink()) && isPicture(entry.name);
}

function isFolder(dir: string, entry: fs.Dirent): boolean {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  return fs.statSync(path.join(dir, entry.name), { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function foldersOf(dir: string): string[] {
  return entriesOf(dir)
    .filter((entry) => isFolder(dir, entry) && !isJunk(entry.name))
    .map((entry) => entry.name)
    .sort();
}

function entriesOf(dir: string): fs.Dirent[] {
  try {
    return fs.readdirSync(dir, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** Which photos lie in a folder of class folders, in Keras' order. */
import fs from 'node:fs';
import path from 'node:path';
import { problem } from '../check';
import { shownPath } from '../paths';

/** What sharp or this package's own reader can decode, by the usual names. */
const extensions = [
  '.jpg',
  '.jpeg',
  '.png',
  '.webp',
  '.gif',
  '.bmp',
  '.tif',
  '.tiff',
  '.avif',
  '.heic',
  '.heif',
];

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
}

/**
 * Lists the photos of each class folder of `dir`, folders within it included, in the order in which Keras'
 * `flow_from_directory` finds them.
 *
 * @param dir a folder whose folders are the classes.
 * @param options `classes`: the class folders to read, in the order of their labels; default all, sorted by name.
 * @throws where `dir` or a named class folder is missing, or nothing in it is a photo.
 */
export function listPhotos(dir: string, { classes }: { classes?: readonly string[] } = {}): FolderListing {
  const classNames = classes ? [...classes] : classFolders(dir);
  for (const name of classNames) entriesOf(path.join(dir, name), dir);
  const photos = classNames.flatMap((name, label) =>
    photosBelow(path.join(dir, name)).map((file) => ({ filename: `${name}/${file}`, label })),
  );
  if (photos.length === 0) {
    throw problem({
      where: shownPath(dir),
      expected: `a folder for each class with photos in it (${dir}${path.sep}cats${path.sep}1.jpg, ...)`,
      found: contentOf(dir),
      next: 'Put the photos of each class into a folder named like the class, or pass another folder.',
    });
  }
  return { classNames, photos };
}

/** Compares by Unicode code point, as Python compares strings. */
export function byCodePoint(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const difference = left[i]!.codePointAt(0)! - right[i]!.codePointAt(0)!;
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

function classFolders(dir: string): string[] {
  return entriesOf(dir)
    .filter((entry) => entry.isDirectory() && !ignored(entry.name))
    .map((entry) => entry.name)
    .sort(byCodePoint);
}

/** Paths relative to `dir`: its own photos first, then those of its folders, each sorted, as a sorted `os.walk` gives them. */
function photosBelow(dir: string): string[] {
  const entries = entriesOf(dir).filter((entry) => !ignored(entry.name));
  const names = (wanted: (entry: fs.Dirent) => boolean) =>
    entries
      .filter(wanted)
      .map((entry) => entry.name)
      .sort(byCodePoint);
  const own = names(
    (entry) => !entry.isDirectory() && extensions.includes(path.extname(entry.name).toLowerCase()),
  );
  const below = names((entry) => entry.isDirectory());
  return [
    ...own,
    ...below.flatMap((name) => photosBelow(path.join(dir, name)).map((file) => `${name}/${file}`)),
  ];
}

/** What systems and tools leave in folders: never a class, never a photo. */
function ignored(name: string): boolean {
  return name.startsWith('.') || name === '__MACOSX' || name === 'Thumbs.db' || name === 'desktop.ini';
}

function entriesOf(dir: string, parent?: string): fs.Dirent[] {
  try {
    return fs.readdirSync(dir, { withFileTypes: true });
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

/** A folder's content in a few words. */
function contentOf(dir: string): string {
  let names: string[];
  try {
    names = fs.readdirSync(dir, { withFileTypes: true }).map((e) => e.name + (e.isDirectory() ? '/' : ''));
  } catch {
    return 'nothing that can be read';
  }
  if (names.length === 0) return 'an empty folder';
  const first = names.sort(byCodePoint).slice(0, 5).join(', ');
  return `${names.length} ${names.length === 1 ? 'entry' : 'entries'} (${first}${names.length > 5 ? ', ...' : ''}) without a photo in a class folder`;
}

/** Finds the photos that a person has: which folder or zip, in which layout, which photos of which class. */
import fs from 'node:fs';
import path from 'node:path';
import { checkKeys, problem, shownLine } from '../../check';
import type { UnpackOptions } from '../../files/unpack-once';
import { fromProject, resolvePath, sharedDataPath, shownPath } from '../../paths';
import { findDataset } from '../read-dataset';
import { layoutHelp, layoutOfPets, type PhotoParts, petsOf } from './cats-and-dogs';

export type { IndexedPhoto, PhotoParts, PhotosByClass } from './cats-and-dogs';

/**
 * `'flat'`: Kaggle's `cat.N.jpg` and `dog.N.jpg` in one folder; `'petimages'`: Microsoft's `Cat/N.jpg` and `Dog/N.jpg`;
 * `'split'`: `{train,validation}/{cats,dogs}/...N.jpg`.
 */
export type PhotoLayout = 'flat' | 'petimages' | 'split';

/** Where the photos lie and what they are. */
export interface PhotoSource {
  /** Which of the three layouts they have. */
  layout: PhotoLayout;
  /** The folder that has the layout; below `data/cache/zips/` where the photos come from a zip. Absolute. */
  dir: string;
  /** The folder or zip that was named, or `data/dogs-vs-cats`. Absolute. */
  origin: string;
  /** The zip that the photos were unpacked from. Absolute; undefined where they lie in a folder. */
  zip?: string;
  /** `{ all }` for `'flat'` and `'petimages'`, `{ train, validation }` for `'split'`: for each class its photos by index. */
  parts: PhotoParts;
}

/** A place to look at, and how messages call it. */
interface Place {
  path: string;
  name: string;
  /** Whether somebody named it, so that it has to hold photos. */
  named: boolean;
}

const variable = 'LITTLE_DATA_PHOTOS';

/**
 * Finds photos of cats and dogs in `place`, else where the environment variable LITTLE_DATA_PHOTOS points, else in
 * `data/dogs-vs-cats`. A relative path starts at the working directory (one in the environment at the project's
 * folder); `~/` is the home folder. The place is a zip, or a
 * folder that has one of these layouts, itself or in a folder up to two levels below, or that holds a zip with one:
 * - `cat.N.jpg`, `dog.N.jpg` in one folder (Kaggle's; also its zip with train.zip inside);
 * - `Cat/N.jpg`, `Dog/N.jpg` (Microsoft's PetImages; also `cats`, `dogs`);
 * - `{train,validation}/{cats,dogs}`, a number in each file's name.
 *
 * A zip is unpacked once below `data/cache/zips`; nothing of the person's is changed.
 *
 * @param place a folder or zip, default as above.
 * @param options `onNotice`: called with a sentence about each thing worth knowing; `onProgress`: called after each file that is
 *   unpacked; `signal`: stops unpacking.
 * @returns the photos, their classes called `cats` and `dogs`; null where nobody named a place and `data/dogs-vs-cats` is
 * missing or empty.
 * @throws LittleDataError where the place holds no photos of both classes: where it looked, what it saw, what it expected; for
 * a broken zip; where one class of a split is missing.
 * @example
 * ```ts
 * import { findPhotos } from 'little-data';
 * const photos = await findPhotos();
 * console.log(photos?.layout ?? 'no photos of cats and dogs');
 * ```
 */
export async function findPhotos(place?: string, options: UnpackOptions = {}): Promise<PhotoSource | null> {
  checkKeys('findPhotos', options, ['onNotice', 'onProgress', 'signal']);
  const { onNotice = (text) => void process.stdout.write(`${text}\n`), onProgress, signal } = options;
  const looked = placeOf(place);
  const kind = kindOf(looked.path);
  if (kind === 'nothing' && !looked.named) return null;
  if (kind !== 'folder' && kind !== 'file') throw nothingFound(looked, kind);
  const dataset = await findDataset(looked.path, { choose: layoutOfPets, onNotice, onProgress, signal });
  const notice = (text: string) => onNotice(shownLine(text));
  if (!dataset) {
    if (looked.named || kind === 'file' || contentOf(looked.path).length > 0)
      throw nothingFound(looked, kind === 'folder' ? describe(looked.path) : 'a zip without such photos');
    if (fs.readdirSync(looked.path).some((name) => name.endsWith('.part')))
      notice(`An unfinished download is in ${looked.name}. \`npm run photos\` resumes it.`);
    return null;
  }
  const { parts, unnamed } = petsOf(dataset);
  const { dir, layout, zip } = dataset.metadata;
  if (unnamed.length > 0)
    notice(
      `Left out, for their names do not tell class and number: ${unnamed.length} pictures ` +
        `(${listed(unnamed.map((file) => path.basename(file)))}) in ${shownPath(dir)}.`,
    );
  return {
    layout: layout === 'class folders' ? 'petimages' : (layout as PhotoLayout),
    dir,
    origin: looked.path,
    ...(zip !== undefined && { zip }),
    parts,
  };
}

function placeOf(place: string | undefined): Place {
  const named = place || process.env[variable];
  if (!named) {
    const folder = sharedDataPath('dogs-vs-cats');
    return { path: folder, name: shownPath(folder), named: false };
  }
  const file = place ? resolvePath(place, 'place') : fromProject(named);
  const name = place ? shownPath(file) : `${shownPath(file)} (named by ${variable})`;
  return { path: file, name, named: true };
}

/** `'folder'`, `'file'`, or why there is neither, as a noun phrase. */
function kindOf(file: string): string {
  try {
    fs.accessSync(file, fs.constants.R_OK);
    return fs.statSync(file).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR' ? 'nothing' : `something that cannot be read (${code})`;
  }
}

/** What lies in a folder, without what systems and unfinished downloads leave there. */
function contentOf(dir: string): string[] {
  return fs
    .readdirSync(dir)
    .filter(
      (name) =>
        !name.startsWith('.') && !/^(Thumbs\.db|desktop\.ini|README.*|.*\.part(\.json)?)$/i.test(name),
    );
}

function describe(dir: string): string {
  const entries = fs.readdirSync(dir, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => `${entry.name}/`);
  const files = entries.filter((entry) => !entry.isDirectory()).map((entry) => entry.name);
  if (entries.length === 0) return 'an empty folder';
  const counts = new Map<string, number>();
  for (const file of files) {
    const kind = path.extname(file).toLowerCase() || 'without an extension';
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  const kinds = [...counts].sort((a, b) => b[1] - a[1]).map(([kind, count]) => `${count} ${kind}`);
  const parts = [];
  if (files.length > 0) parts.push(`${files.length} files: ${listed(kinds)} (${listed(files)})`);
  if (folders.length > 0) parts.push(`${folders.length} folders (${listed(folders)})`);
  return parts.join(' and ');
}

function listed(names: string[], most = 5): string {
  return `${names.slice(0, most).join(', ')}${names.length > most ? ', ...' : ''}`;
}

function nothingFound({ name, named }: Place, found: string): Error {
  const other = named
    ? 'Name another place, or get photos as `photoHelp()` tells.'
    : 'Correct it, or move it elsewhere: without it, the sample is used.';
  return problem({
    where: name,
    expected: 'photos of cats and dogs',
    found,
    next: `Looked in it and two levels of folders below for: ${layoutHelp}. ${other}`,
  });
}

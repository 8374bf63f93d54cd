/** Reads which photos of which classes a folder or zip holds. */
import path from 'node:path';
import { problem, shownLine } from '../check';
import { entryAt } from '../files/entry-at';
import { type UnpackOptions, unpackOnce } from '../files/unpack-once';
import { damageAround } from '../files/unpacked';
import { InterruptedError } from '../notebook/interrupt';
import { resolvePath, shownPath } from '../paths';
import type { Dataset } from './dataset';
import { type FolderContent, type FoundLayout, isLabelled, layoutOf } from './layout-of';
import { hasPictureExtension, isJunk } from './photo-names';
import { datasetOf, noPhotos, treeOf } from './read-class-folders';

/** What `readDataset` takes beside the place: how a zip is unpacked, and these. */
export interface ReadOptions extends UnpackOptions {
  /** The layout to look for; `undefined` where there is none. @default layoutOf */
  choose?: (content: FolderContent) => FoundLayout | undefined;
  /** The argument's name, for errors. @default 'dir' */
  name?: string;
}

/**
 * Reads a folder in whichever layout it has (see `layoutOf`), the zip of one, or a folder that holds such zips and no photo: then
 * the first in which classes can be told, else the first that has photos. A zip is unpacked once, below `data/cache/zips`.
 *
 * @param place the folder or zip.
 * @throws LittleDataError where there is no photo, or none in the layout that is wanted: where it looked, what it saw, what it
 *   expected; for a broken zip.
 */
export async function readDataset(place: string, options: ReadOptions = {}): Promise<Dataset> {
  const origin = resolvePath(place, options.name ?? 'dir');
  if (isFile(origin) && hasPictureExtension(origin))
    throw problem({
      where: shownPath(origin),
      expected: 'a folder of photos, or a zip of one',
      found: 'a file',
      next: 'Pass its folder. For a single photo there is `predictPhoto`.',
    });
  const found = await findDataset(origin, options);
  if (found) return found;
  if (isFile(origin))
    throw problem({
      where: shownPath(origin),
      expected: 'a folder of photos, or a zip of one',
      found: 'a zip without photos',
      next: 'Pass another one.',
    });
  throw noPhotos(origin, treeOf(origin));
}

/** As `readDataset`, of an absolute path; `undefined` where the layout that is wanted isn't there. */
export async function findDataset(
  origin: string,
  { choose = layoutOf, onNotice = print, onProgress, signal }: ReadOptions = {},
): Promise<Dataset | undefined> {
  const options = { choose, onNotice: (text: string) => onNotice(shownLine(text)), onProgress, signal };
  if (isFile(origin)) return firstOf([origin], options);
  const tree = treeOf(origin);
  const found = tree.photos.length > 0 ? choose(tree) : undefined;
  if (found) {
    const damage = damageAround(path.join(origin, found.folder));
    if (damage) options.onNotice(`${damage} Name the zip instead of the folder: it is then unpacked again.`);
    return datasetOf(origin, tree, found);
  }
  const zips = tree.passedOver.map(({ filename }) => filename).filter((name) => /^[^/]+\.zip$/i.test(name));
  const inZip = await firstOf(
    zips.map((zip) => path.join(origin, zip)),
    options,
  );
  return inZip && { ...inZip, metadata: { ...inZip.metadata, origin } };
}

type ZipOptions = UnpackOptions & Required<Pick<ReadOptions, 'choose'>>;

/** The photos of the first zip that has labelled ones, else of the first that has any; a broken zip is an error unless another has them. */
async function firstOf(zips: readonly string[], options: ZipOptions): Promise<Dataset | undefined> {
  const broken: unknown[] = [];
  for (const isWanted of [isLabelled, () => true])
    for (const zip of zips) {
      try {
        const found = await readZip(zip, { ...options, isWanted });
        if (found) return found;
      } catch (error) {
        if (options.signal?.aborted || error instanceof InterruptedError) throw error;
        broken.push(error);
      }
    }
  if (broken.length > 0) throw broken[0];
  return undefined;
}

async function readZip(
  zip: string,
  { choose, isWanted, ...unpacking }: ZipOptions & { isWanted: (found: FoundLayout) => boolean },
): Promise<Dataset | undefined> {
  const wanted = (content: FolderContent) => {
    const found = content.photos.length > 0 ? choose(content) : undefined;
    return found && isWanted(found) ? found : undefined;
  };
  const isIn = (photos: readonly string[]) => wanted({ photos }) !== undefined;
  const dir = await unpackOnce(zip, {
    ...unpacking,
    filter: isPhoto,
    isWanted: isIn,
    // Kaggle's dogs-vs-cats.zip holds train.zip and test1.zip.
    inner: /(^|\/)train\.zip$/i,
  });
  if (dir === undefined) return undefined;
  const tree = treeOf(dir);
  const found = wanted(tree);
  const dataset = found && datasetOf(dir, tree, found);
  return dataset && { ...dataset, metadata: { ...dataset.metadata, origin: zip, zip } };
}

function isPhoto(entry: string): boolean {
  return hasPictureExtension(entry) && !entry.split('/').some(isJunk);
}

function isFile(place: string): boolean {
  return entryAt(place)?.isFile() ?? false;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Unpacks the photos of a zip, once. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { problem } from '../check';
import { extractZip, type ZipProgress } from '../files/extract-zip';
import { withPart } from '../files/part';
import { damageOf, readUnpacked, type Unpacked } from '../files/unpacked';
import { listZip, type SkippedEntry } from '../files/zip-plan';
import { interruptible } from '../notebook/interrupt';
import { dataPath, shownPath } from '../paths';
import { hasPictureExtension, isJunk } from './photo-names';

/** How a zip is unpacked. See `findPhotos`. */
export interface UnpackOptions {
  onNotice?: (text: string) => void;
  onProgress?: (progress: ZipProgress) => void;
  signal?: AbortSignal;
}

/** The zip's own photos, or those of a zip in it, by its entry's name. */
type Kind = 'photos' | { inner: string };

/**
 * Unpacks the photos of a zip, and nothing else of it, into `data/cache/zips/<name>-<digest>`, where the next call finds them.
 * Where the zip's own photos are not wanted and it holds a train.zip, as Kaggle's does, the photos of that one. The digest is that
 * of the zip's path, size and time of change. The zip is left as it is. Photos that are damaged in the zip are named through
 * `onNotice`, by this call and by later ones. Where photos are missing from the folder, or are not as long as they were, a notice
 * says so and the zip is unpacked anew.
 *
 * @param options `isWanted`: whether a zip with photos of these names is to be unpacked.
 * @returns the folder; undefined where nothing in the zip is wanted.
 */
export async function unpackPhotos(
  zipFile: string,
  { isWanted, onNotice, ...options }: UnpackOptions & { isWanted: (photos: readonly string[]) => boolean },
): Promise<string | undefined> {
  const dir = cacheOf(zipFile);
  let unpacked = fs.existsSync(dir) ? readUnpacked(dir) : undefined;
  if (!unpacked || damageOf(dir, unpacked) !== undefined) {
    const kind = await kindOf(zipFile, isWanted);
    if (!kind) return undefined;
    onNotice?.(`Unpacking the photos of ${shownPath(zipFile)} into ${shownPath(dir)} (once).`);
    unpacked = await interruptible((interrupted) =>
      unpackInto(dir, zipFile, { ...options, onNotice, kind, interrupted }),
    );
  }
  if (unpacked.skipped.length > 0) onNotice?.(skippedText(zipFile, unpacked.skipped));
  return dir;
}

async function kindOf(
  zipFile: string,
  isWanted: (photos: readonly string[]) => boolean,
): Promise<Kind | undefined> {
  const names = await listZip(zipFile);
  if (isWanted(names.filter(isPhoto))) return 'photos';
  const inner = names.find((name) => /(^|\/)train\.zip$/i.test(name));
  return inner === undefined ? undefined : { inner };
}

function isPhoto(entry: string): boolean {
  return hasPictureExtension(entry) && !entry.split('/').some(isJunk);
}

async function unpackInto(
  dir: string,
  zipFile: string,
  {
    kind,
    interrupted,
    onNotice,
    onProgress,
    signal,
  }: UnpackOptions & { kind: Kind; interrupted: () => boolean },
): Promise<Unpacked> {
  const stop = new AbortController();
  const wanted = {
    filter: isPhoto,
    onEntry: (progress: ZipProgress) => {
      onProgress?.(progress);
      if (interrupted()) stop.abort();
    },
    onNotice,
    signal: signal ? AbortSignal.any([signal, stop.signal]) : stop.signal,
  };
  if (kind === 'photos') await extractZip(zipFile, dir, wanted);
  else
    await withInner(zipFile, kind.inner, { ...wanted, dir }, (inner, skipped) =>
      extractZip(inner, dir, { ...wanted, skipped }),
    );
  return readUnpacked(dir)!;
}

function cacheOf(zipFile: string): string {
  const { size, mtimeMs } = fs.statSync(zipFile);
  const digest = createHash('sha256')
    .update(`all photos\n${size}\n${mtimeMs}\n${path.resolve(zipFile)}`)
    .digest('hex');
  return dataPath('cache', 'zips', `${path.parse(zipFile).name}-${digest.slice(0, 12)}`);
}

/** Unpacks the zip `inner` of a zip beside `dir` and runs `work` with it, unless `dir` is complete by then. */
async function withInner(
  zipFile: string,
  inner: string,
  { dir, onNotice, signal }: { dir: string; onNotice?: (text: string) => void; signal: AbortSignal },
  work: (innerFile: string, skipped: readonly SkippedEntry[]) => Promise<unknown>,
): Promise<void> {
  const waiting = { wait: Infinity, doing: 'is unpacking', onWait: onNotice, signal };
  await withPart(
    `${dir}.inner`,
    async (part) => {
      const there = readUnpacked(dir);
      if (there && damageOf(dir, there) === undefined) return;
      const { skipped } = await extractZip(zipFile, part.path, { filter: (name) => name === inner, signal });
      const file = path.join(part.path, inner);
      if (!fs.existsSync(file))
        throw problem({
          where: shownPath(zipFile),
          expected: `a whole ${inner} in it`,
          found: `one that cannot be used (${skipped.find(({ entry }) => entry === inner)?.reason})`,
          next: 'Download it again.',
        });
      await work(file, skipped);
    },
    waiting,
  );
}

function skippedText(zipFile: string, skipped: readonly SkippedEntry[]): string {
  const first = skipped.slice(0, 5).map(({ entry, reason }) => `${entry} (${reason})`);
  const more = skipped.length > first.length ? `, and ${skipped.length - first.length} more` : '';
  return `Left out of ${shownPath(zipFile)}, as it cannot be used: ${first.join(', ')}${more}.`;
}

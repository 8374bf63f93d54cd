/** The zips that people download: which of them hold photos of cats and dogs, and unpacking those once. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { problem } from '../../check';
import { extractZip, type ZipProgress } from '../../files/extract-zip';
import { withPart } from '../../files/part';
import { damageOf, readUnpacked, type Unpacked } from '../../files/unpacked';
import { listZip, type SkippedEntry } from '../../files/zip-plan';
import { interruptible } from '../../notebook/interrupt';
import { dataPath, shownPath } from '../../paths';
import { classOfEntry } from './find-layout';

/** See `findPhotos`. */
export interface UnpackOptions {
  onNotice?: (text: string) => void;
  onProgress?: (progress: ZipProgress) => void;
  signal?: AbortSignal;
}

/**
 * Whether a zip holds photos of both classes: `'photos'`, or in a train.zip in it, as Kaggle's does: that entry's name
 * as `{ inner }`; else undefined.
 */
export async function photosInZip(zipFile: string): Promise<'photos' | { inner: string } | undefined> {
  const names = await listZip(zipFile);
  const classes = new Set(names.map(classOfEntry));
  if (classes.has('cats') && classes.has('dogs')) return 'photos';
  const inner = names.find((name) => /(^|\/)train\.zip$/i.test(name));
  return inner === undefined ? undefined : { inner };
}

/**
 * Unpacks the photos of a zip, and nothing else of it, into `data/cache/zips/<name>-<digest>`, where the next call finds them.
 * The digest is that of the zip's path, size and time of change. The zip is left as it is. Photos that are damaged in the zip
 * are named through `onNotice`, by this call and by later ones. Where photos are missing from the folder, or are not as long
 * as they were, a notice says so and the zip is unpacked anew.
 *
 * @returns the folder; undefined where the zip holds no photos of both classes.
 */
export async function unpackPhotos(
  zipFile: string,
  { onNotice, ...options }: UnpackOptions = {},
): Promise<string | undefined> {
  const dir = cacheOf(zipFile);
  let unpacked = fs.existsSync(dir) ? readUnpacked(dir) : undefined;
  if (!unpacked || damageOf(dir, unpacked) !== undefined) {
    const kind = await photosInZip(zipFile);
    if (!kind) return undefined;
    onNotice?.(`Unpacking the photos of ${shownPath(zipFile)} into ${shownPath(dir)} (once).`);
    unpacked = await interruptible((interrupted) =>
      unpackInto(dir, zipFile, { ...options, onNotice, kind, interrupted }),
    );
  }
  if (unpacked.skipped.length > 0) onNotice?.(skippedText(zipFile, unpacked.skipped));
  return dir;
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
  }: UnpackOptions & { kind: 'photos' | { inner: string }; interrupted: () => boolean },
): Promise<Unpacked> {
  const stop = new AbortController();
  const wanted = {
    filter: (entry: string) => classOfEntry(entry) !== undefined,
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
    .update(`with a record\n${size}\n${mtimeMs}\n${path.resolve(zipFile)}`)
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

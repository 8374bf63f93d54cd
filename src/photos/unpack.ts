/** The zips that people download: which of them hold photos of cats and dogs, and unpacking those once. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { problem } from '../check';
import { dataPath, shownPath, writeWhole } from '../paths';
import { interruptible } from '../show/interrupt';
import { classOfEntry } from './layouts';
import { claimPart } from './part';
import { extractZip, type ZipProgress } from './zip';
import { listZip, type SkippedEntry } from './zipentries';

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
 * are named through `onNotice`, by this call and by later ones.
 *
 * @returns the folder; undefined where the zip holds no photos of both classes.
 */
export async function unpackPhotos(
  zipFile: string,
  { onNotice, ...options }: UnpackOptions = {},
): Promise<string | undefined> {
  const dir = cacheOf(zipFile);
  const skippedFile = `${dir}.skipped.json`;
  if (!fs.existsSync(dir)) {
    const kind = await photosInZip(zipFile);
    if (!kind) return undefined;
    onNotice?.(`Unpacking the photos of ${shownPath(zipFile)} into ${shownPath(dir)} (once).`);
    const skipped = await interruptible((interrupted) =>
      unpackInto(dir, zipFile, { ...options, kind, interrupted }),
    );
    if (skipped.length > 0)
      writeWhole(skippedFile, (descriptor) => fs.writeFileSync(descriptor, JSON.stringify(skipped)));
  }
  if (fs.existsSync(skippedFile)) tellSkipped(zipFile, skippedFile, onNotice);
  return dir;
}

async function unpackInto(
  dir: string,
  zipFile: string,
  {
    kind,
    interrupted,
    onProgress,
    signal,
  }: UnpackOptions & { kind: 'photos' | { inner: string }; interrupted: () => boolean },
): Promise<SkippedEntry[]> {
  const stop = new AbortController();
  const wanted = {
    filter: (entry: string) => classOfEntry(entry) !== undefined,
    onEntry: (progress: ZipProgress) => {
      onProgress?.(progress);
      if (interrupted()) stop.abort();
    },
    signal: signal ? AbortSignal.any([signal, stop.signal]) : stop.signal,
  };
  const { skipped } =
    kind === 'photos'
      ? await extractZip(zipFile, dir, wanted)
      : await withInner(zipFile, kind.inner, { dir, signal }, (inner) => extractZip(inner, dir, wanted));
  return skipped;
}

function cacheOf(zipFile: string): string {
  const { size, mtimeMs } = fs.statSync(zipFile);
  const digest = createHash('sha256')
    .update(`${size}\n${mtimeMs}\n${path.resolve(zipFile)}`)
    .digest('hex');
  return dataPath('cache', 'zips', `${path.parse(zipFile).name}-${digest.slice(0, 12)}`);
}

async function withInner(
  zipFile: string,
  inner: string,
  { dir, signal }: { dir: string; signal?: AbortSignal },
  work: (innerFile: string) => Promise<{ skipped: SkippedEntry[] }>,
): Promise<{ skipped: SkippedEntry[] }> {
  const part = claimPart(`${dir}.inner`);
  try {
    const unpacked = path.join(part.path, 'unpacked');
    const { skipped } = await extractZip(zipFile, unpacked, { filter: (name) => name === inner, signal });
    const file = path.join(unpacked, inner);
    if (!fs.existsSync(file))
      throw problem({
        where: shownPath(zipFile),
        expected: `a whole ${inner} in it`,
        found: `one that cannot be used (${skipped.find(({ entry }) => entry === inner)?.reason})`,
        next: 'Download it again.',
      });
    const within = await work(file);
    return { skipped: [...skipped, ...within.skipped] };
  } finally {
    part.release();
  }
}

function tellSkipped(zipFile: string, skippedFile: string, onNotice?: (text: string) => void): void {
  const skipped: SkippedEntry[] = JSON.parse(fs.readFileSync(skippedFile, 'utf8'));
  const first = skipped.slice(0, 5).map(({ entry, reason }) => `${entry} (${reason})`);
  const more = skipped.length > first.length ? `, and ${skipped.length - first.length} more` : '';
  onNotice?.(`Left out of ${shownPath(zipFile)}, as it cannot be used: ${first.join(', ')}${more}.`);
}

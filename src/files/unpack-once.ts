/** Unpacks what is wanted of a zip, once. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { problem } from '../check';
import { sharedDataPath, shownPath } from '../paths';
import { extractZip, type ZipProgress } from './extract-zip';
import { withPart } from './part';
import { damageOf, readUnpacked, type Unpacked } from './unpacked';
import { listZip, type SkippedEntry } from './zip-plan';

/** How a zip is unpacked. */
export interface UnpackOptions {
  /** Called with a sentence about each thing worth knowing: a zip being unpacked, photos left out. @default prints it */
  onNotice?: (text: string) => void;
  /** Called with `{ entry, done, total }` after each file that is unpacked. @default nothing */
  onProgress?: (progress: ZipProgress) => void;
  /** Stops unpacking, and leaves nothing half done. @default none */
  signal?: AbortSignal;
}

/** What is to be unpacked. */
export interface Wanted {
  /** Whether an entry is to be unpacked, by its name (with `/`). */
  filter: (entry: string) => boolean;
  /** Whether a zip that has these entries is to be unpacked. */
  isWanted: (entries: readonly string[]) => boolean;
  /** A zip in the zip that is unpacked in its place where its own entries are not wanted, such as Kaggle's train.zip. */
  inner: RegExp;
}

/** The zip's own entries, or those of a zip in it, by its entry's name. */
type Kind = 'own' | { inner: string };

/**
 * Unpacks a zip into `data/cache/zips/<name>-<digest>`, where the next call finds it. The digest is that of the zip's path, size and
 * time of change. The zip is left as it is. Entries that are damaged are named through `onNotice`, by this call and by later ones.
 * Where files are missing from the folder, or are not as long as they were, a notice says so and the zip is unpacked again.
 *
 * @returns the folder; undefined where nothing in the zip is wanted.
 */
export async function unpackOnce(
  zipFile: string,
  { onNotice, ...options }: UnpackOptions & Wanted,
): Promise<string | undefined> {
  const dir = cacheOf(zipFile);
  let unpacked = fs.existsSync(dir) ? readUnpacked(dir) : undefined;
  if (!unpacked || damageOf(dir, unpacked) !== undefined) {
    const kind = await kindOf(zipFile, options);
    if (!kind) return undefined;
    onNotice?.(`Unpacking the photos of ${shownPath(zipFile)} into ${shownPath(dir)} (once).`);
    unpacked = await unpackInto(dir, zipFile, { ...options, onNotice, kind });
  }
  if (unpacked.skipped.length > 0) onNotice?.(skippedText(zipFile, unpacked.skipped));
  return dir;
}

async function kindOf(zipFile: string, { filter, isWanted, inner }: Wanted): Promise<Kind | undefined> {
  const names = await listZip(zipFile);
  if (isWanted(names.filter(filter))) return 'own';
  const zip = names.find((name) => inner.test(name));
  return zip === undefined ? undefined : { inner: zip };
}

async function unpackInto(
  dir: string,
  zipFile: string,
  { kind, filter, onNotice, onProgress, signal }: UnpackOptions & Pick<Wanted, 'filter'> & { kind: Kind },
): Promise<Unpacked> {
  const wanted = { filter, onEntry: onProgress, onNotice, signal };
  if (kind === 'own') await extractZip(zipFile, dir, wanted);
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
  return sharedDataPath('cache', 'zips', `${path.parse(zipFile).name}-${digest.slice(0, 12)}`);
}

/** Unpacks the zip `inner` of a zip beside `dir` and runs `work` with it, unless `dir` is complete by then. */
async function withInner(
  zipFile: string,
  inner: string,
  { dir, onNotice, signal }: { dir: string; onNotice?: (text: string) => void; signal?: AbortSignal },
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

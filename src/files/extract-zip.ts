/** Unpacks a zip: entry by entry from the disk, nothing outside the target folder, all of it or nothing. */
import fs from 'node:fs';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import type yauzl from 'yauzl';
import { LittleDataError, problem } from '../check';
import { InterruptedError, interruptible } from '../notebook/interrupt';
import { diskFault, shownPath } from '../paths';
import { setAside } from './aside';
import { withPart } from './part';
import { shownBytes } from './shown-bytes';
import { checkNothingAdded, damageOf, readUnpacked, type Unpacked, writeUnpacked } from './unpacked';
import { openZip, planZip, type SkippedEntry, type ZipPlan } from './zip-plan';

/** What `extractZip` did. */
export interface ExtractedZip {
  /** The folder that now holds the files. */
  dir: string;
  /** Files written. */
  extracted: number;
  /** Files left out without a word: those of operating systems (`__MACOSX/`, `.DS_Store`, `Thumbs.db`, ...) and those that `filter` refused. */
  ignored: number;
  /** Entries left out for a fault of their own, sorted by name. */
  skipped: SkippedEntry[];
}

/** How far an extraction is, in files. */
export interface ZipProgress {
  /** The file's name in the zip. */
  entry: string;
  /** Files that are done. */
  done: number;
  /** Files there will be. */
  total: number;
}

/** The options of `extractZip`. */
export interface ExtractZipOptions {
  /** The archive is refused when its wanted entries unfold to more bytes. @default 8e9 */
  maxBytes?: number;
  /** The archive is refused when it has more wanted entries. @default 200000 */
  maxFiles?: number;
  /** Tells by its name (with `/`) whether an entry is wanted. @default every entry */
  filter?: (entry: string) => boolean;
  /** Called after each entry. @default not called */
  onEntry?: (progress: ZipProgress) => void;
  /** Called with a sentence where `dir` is damaged, or another process is at work on it. @default not called */
  onNotice?: (text: string) => void;
  /** Stops and leaves nothing behind, as Kernel > Interrupt does. @default never */
  signal?: AbortSignal;
  /** Entries of the zip around this one that were left out. They are recorded with the others. @default none */
  skipped?: readonly SkippedEntry[];
}

/**
 * Unpacks `zipFile` into the new folder `dir`. Entries stream from disk to disk; the folder is filled beside its place and
 * renamed when it is whole and on the disk, so `dir` is either absent or complete. It holds a record of its files: where they
 * are all there already, or another process unpacks them meanwhile, they stay as they are; where some are missing or have
 * another size, the folder is set aside and the zip unpacked again.
 *
 * Left out by name, with the reason: names with `..`, backslashes, drive letters, control characters or an absolute path; links
 * and special files; encrypted entries; a name that occurred before (capital letters apart where the disk does not tell them
 * apart); the data of another entry; a wrong CRC-32, length or compressed data; an entry that holds more bytes than it declares, or one above 1 MiB that
 * is declared to unfold more than 200 times.
 *
 * @throws LittleDataError where `zipFile` is missing, truncated, no zip or too large, where `dir` holds anything else, where
 * the disk is full or can't be written, and at the `signal`; `InterruptedError` after Kernel > Interrupt. Nothing is left behind.
 */
export async function extractZip(
  zipFile: string,
  dir: string,
  {
    maxBytes = 8e9,
    maxFiles = 200_000,
    filter = () => true,
    onEntry,
    onNotice,
    signal,
    skipped: before = [],
  }: ExtractZipOptions = {},
): Promise<ExtractedZip> {
  const zip = await openZip(zipFile);
  try {
    const plan = await planZip(zip, zipFile, { maxBytes, maxFiles, filter });
    plan.skipped.unshift(...before);
    const waiting = { wait: Infinity, doing: 'is unpacking', onWait: onNotice, signal };
    const { files, skipped } = await withPart(
      dir,
      async (part) => {
        const earlier = unpackedIn(dir);
        const damage = earlier && damageOf(dir, earlier);
        if (earlier && damage === undefined) return earlier;
        if (earlier) {
          checkNothingAdded(dir, earlier);
          onNotice?.(`${damage} The zip is unpacked again.`);
        }
        fs.mkdirSync(part.path);
        const unpacked = await interruptible((interrupted) =>
          writeEntries(zip, part.path, { zipFile, plan, onEntry, signal, interrupted }),
        );
        writeUnpacked(part.path, unpacked);
        const makeRoom = () =>
          onNotice?.(`The earlier folder is now ${shownPath(setAside(dir))}. It can be deleted.`);
        await part.finish(earlier && makeRoom);
        return unpacked;
      },
      waiting,
    ).catch((error) => {
      throw diskFault(error, {
        place: dir,
        what: shownBytes(plan.bytes),
        next: 'Nothing was left behind; run it again.',
      });
    });
    return { dir, extracted: Object.keys(files).length, ignored: plan.ignored, skipped };
  } finally {
    zip.close();
  }
}

/** What an earlier call unpacked into `dir`, if there is a `dir`. Throws where it is something else. */
function unpackedIn(dir: string): Unpacked | undefined {
  const unpacked = readUnpacked(dir);
  if (unpacked || !fs.existsSync(dir)) return unpacked;
  throw problem({
    where: shownPath(dir),
    expected: 'a folder that does not exist yet',
    found: 'one that does',
    next: 'Move it away or delete it, or unpack the zip into another folder.',
  });
}

/** Writes the entries into the folder `place`; returns the sizes of their files. */
async function writeEntries(
  zip: yauzl.ZipFile,
  place: string,
  {
    zipFile,
    plan: { wanted, skipped },
    onEntry,
    signal,
    interrupted,
  }: Pick<ExtractZipOptions, 'onEntry' | 'signal'> & {
    zipFile: string;
    plan: ZipPlan;
    interrupted: () => boolean;
  },
): Promise<Unpacked> {
  const files: Record<string, number> = {};
  let done = 0;
  const checkStop = () => {
    const rest = `after ${done} of ${wanted.length} files. Nothing was left behind.`;
    const what = `Unzipping ${shownPath(zipFile)} was`;
    if (interrupted()) throw new InterruptedError(`${what} interrupted ${rest} Run the cell again.`);
    if (signal?.aborted) throw new LittleDataError(`${what} cancelled ${rest} Run it again.`);
  };
  const faulty = [...skipped];
  for (const { name, entry } of wanted) {
    checkStop();
    const fault = await writeEntry(zip, entry, { file: path.join(place, ...name.split('/')), checkStop });
    if (fault) faulty.push({ entry: name, reason: fault });
    else files[name] = entry.uncompressedSize;
    done++;
    onEntry?.({ entry: name, done, total: wanted.length });
  }
  faulty.sort((a, b) => (a.entry < b.entry ? -1 : a.entry > b.entry ? 1 : 0));
  return { files, skipped: faulty };
}

/** Writes one entry; returns what is wrong with it, and leaves no file of it then. Throws where the disk is at fault. */
async function writeEntry(
  zip: yauzl.ZipFile,
  entry: yauzl.Entry,
  { file, checkStop }: { file: string; checkStop: () => void },
): Promise<string | undefined> {
  let out: fs.promises.FileHandle | undefined;
  try {
    await fs.promises.mkdir(path.dirname(file), { recursive: true });
    out = await fs.promises.open(file, 'wx');
    const fault = await copyChecked(zip, entry, { out, checkStop });
    await out.close();
    if (fault) await fs.promises.rm(file, { force: true });
    return fault;
  } catch (error) {
    if (out) {
      await out.close().catch(() => undefined);
      await fs.promises.rm(file, { force: true });
    }
    return faultOf(error);
  }
}

async function copyChecked(
  zip: yauzl.ZipFile,
  entry: yauzl.Entry,
  { out, checkStop }: { out: fs.promises.FileHandle; checkStop: () => void },
): Promise<string | undefined> {
  let size = 0;
  let sum = 0;
  const declared = entry.uncompressedSize;
  for await (const chunk of await zip.openReadStreamPromise(entry)) {
    checkStop();
    size += chunk.length;
    if (size > declared) return `more bytes than the ${declared} it declares`;
    sum = crc32(chunk, sum);
    await out.writeFile(chunk);
  }
  if (size < declared) return `${size} bytes where it declares ${declared}`;
  if (sum !== entry.crc32) return 'damaged: its checksum (CRC-32) is wrong';
  return undefined;
}

/** The fault of an entry that an error stands for; errors of the disk are thrown on. */
function faultOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (error instanceof LittleDataError) throw error;
  // Errors of yauzl itself about an entry have no code.
  if (code === undefined && error instanceof Error) return `damaged: ${message}`;
  if (code?.startsWith('Z_')) return `damaged: its data cannot be unpacked (${message})`;
  if (code === 'EEXIST' || code === 'ENOTDIR' || code === 'EISDIR')
    return 'a name that an earlier entry has, as a file or a folder';
  if (code === 'ENAMETOOLONG' || code === 'EINVAL' || code === 'EILSEQ')
    return 'a name that this disk cannot store';
  throw error;
}

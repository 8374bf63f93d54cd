/** What a zip holds: its entries by name, with those set aside that must not reach the disk. */
import yauzl from 'yauzl';
import { problem, show } from '../check';
import { shownPath } from '../paths';
import { shownBytes } from './shown-bytes';
import { brokenZip, directoryOf } from './zip-directory';

/** An entry that was left out, by its name in the zip, and why. */
export interface SkippedEntry {
  entry: string;
  reason: string;
}

/** An entry to be written, under its name with `/` between the folders. */
export interface WantedEntry {
  name: string;
  entry: yauzl.Entry;
}

/** What of a zip is to be written and what is not. */
export interface ZipPlan {
  wanted: WantedEntry[];
  /** Files of operating systems and those that `filter` refused. */
  ignored: number;
  skipped: SkippedEntry[];
  /** What `wanted` unfolds to. */
  bytes: number;
}

const mebibyte = 2 ** 20;
const highestRatio = 200;

/** Opens a zip for reading; the caller closes it. Throws a LittleDataError for what is no whole zip. */
export async function openZip(zipFile: string): Promise<yauzl.ZipFile> {
  try {
    // Sizes are checked entry by entry: a wrong one concerns that entry alone.
    return await yauzl.openPromise(zipFile, { autoClose: false, validateEntrySizes: false });
  } catch (error) {
    throw brokenZip(zipFile, error);
  }
}

/** The names of a zip's files as they would be written, without those that `extractZip` leaves out. */
export async function listZip(zipFile: string): Promise<string[]> {
  const zip = await openZip(zipFile);
  try {
    const { wanted } = await planZip(zip, zipFile);
    return wanted.map(({ name }) => name);
  } finally {
    zip.close();
  }
}

/** Reads the directory of an open zip. The limits and the reasons are those of `extractZip`. */
export async function planZip(
  zip: yauzl.ZipFile,
  zipFile: string,
  {
    maxBytes = Infinity,
    maxFiles = Infinity,
    filter = () => true,
  }: { maxBytes?: number; maxFiles?: number; filter?: (entry: string) => boolean } = {},
): Promise<ZipPlan> {
  const plan: ZipPlan = { wanted: [], ignored: 0, skipped: [], bytes: 0 };
  /** Where the data of the wanted entries begin. */
  const places = new Set<number>();
  const refuse = (expected: string, found: string) =>
    problem({
      where: shownPath(zipFile),
      expected,
      found,
      next: 'Check where this file comes from; a larger limit can be passed if it is what you expect.',
    });
  for await (const { name: given, entry, fault: misplaced } of directoryOf(zip, zipFile)) {
    const unsafe = nameFault(given);
    if (unsafe) {
      plan.skipped.push({ entry: given, reason: unsafe });
      continue;
    }
    if (given.endsWith('/')) continue;
    const name = given
      .split('/')
      .filter((part) => part !== '' && part !== '.')
      .join('/');
    if (isSystemFile(name) || !filter(name)) {
      plan.ignored++;
      continue;
    }
    const place = entry.relativeOffsetOfLocalHeader;
    // A small archive whose entries share their data unfolds to any size.
    const fault =
      misplaced ?? entryFault(entry) ?? (places.has(place) ? 'the data of another entry' : undefined);
    if (fault) {
      plan.skipped.push({ entry: name, reason: fault });
      continue;
    }
    places.add(place);
    plan.wanted.push({ name, entry });
    plan.bytes += entry.uncompressedSize;
    if (plan.bytes > maxBytes)
      throw refuse(`at most ${shownBytes(maxBytes)} when unpacked`, `more, up to the entry ${show(name)}`);
    if (plan.wanted.length > maxFiles)
      throw refuse(`at most ${maxFiles} files`, `more, up to the entry ${show(name)}`);
  }
  return plan;
}

function nameFault(name: string): string | undefined {
  if (name.includes('\\')) return 'a backslash in its name';
  if (name.split('/').some((step) => /^[a-z]:/i.test(step))) return 'a drive letter in its name';
  if (name.startsWith('/')) return 'an absolute path as its name';
  if (name.split('/').includes('..')) return 'a name that leads out of the folder (..)';
  if (/\p{Cc}/u.test(name)) return 'a control character in its name';
  // A colon opens a hidden stream of another file on Windows.
  if (process.platform === 'win32' && /[<>:"|?*]/.test(name)) return 'a name that Windows cannot store';
  return undefined;
}

/** Encrypted, strongly encrypted, or with masked headers. */
const encryptedFlags = 0x1 | 0x40 | 0x2000;

function entryFault(entry: yauzl.Entry): string | undefined {
  const type = (entry.externalFileAttributes >>> 16) & 0o170000;
  if (type === 0o120000) return 'a symbolic link';
  if (type !== 0 && type !== 0o100000) return 'a special file';
  if (entry.generalPurposeBitFlag & encryptedFlags) return 'encrypted';
  if (!entry.canDecodeFileData())
    return `packed by a method that is not read here (${entry.compressionMethod})`;
  const { compressedSize, uncompressedSize } = entry;
  if (uncompressedSize > mebibyte && uncompressedSize > compressedSize * highestRatio)
    return `${shownBytes(compressedSize)} that would unfold to ${shownBytes(uncompressedSize)}`;
  return undefined;
}

function isSystemFile(name: string): boolean {
  const parts = name.split('/');
  const file = parts.at(-1) ?? '';
  return (
    parts[0] === '__MACOSX' || file.startsWith('._') || /^(\.DS_Store|Thumbs\.db|desktop\.ini)$/i.test(file)
  );
}

/** Places files in a folder by link or copy, records what it places, and removes nothing else. */
import fs from 'node:fs';
import path from 'node:path';
import { problem } from '../../check';
import { InterruptedError, interruptible } from '../../notebook/interrupt';
import { diskFault, shownPath } from '../../paths';
import { bytesOf } from '../byte-names';
import { digestOfFile } from '../digest';
import { withLock } from '../lock';
import { syncFile, syncFolder } from '../sync';
import { checkNothingLost, ownFiles, type Place } from './own-files';
import { type PlacedRecord, readPlacedRecord, stateOf, writePlacedRecord } from './placed-record';
import {
  checkTargets,
  copyOf,
  type Digest,
  digestOfSource,
  fileAt,
  keptFiles,
  knownFiles,
  type PlacedFile,
  plan,
  type Source,
  unfinished,
} from './placement';
import { checkSourcesOutside } from './sources-outside';

/** How files are placed. */
export interface PlaceOptions {
  /** The folders below `dir` that hold placed files and nothing else. */
  folders: readonly string[];
  /** Whether a file of this name may lie there all the same, such as what systems leave. @default none */
  isIgnored?: (name: string) => boolean;
  /** The SHA-256 of a file's bytes. @default digestOfFile */
  digest?: (file: string) => Promise<string>;
}

/**
 * Links (or copies) files to their targets below `dir`, and removes those that an earlier call placed and that are no longer
 * wanted. A stop in the middle leaves a state that the next call completes. Whatever would lose a file is refused before anything
 * is written.
 *
 * @throws LittleDataError where sources lie in the folders, anything that an earlier call did not place lies there, a file to be
 * removed is the last one with its bytes, another process is at work there, or the disk is full or may not be written;
 * `InterruptedError` after Kernel > Interrupt.
 */
export async function placeFiles(
  dir: string,
  files: readonly PlacedFile[],
  { folders, isIgnored = () => false, digest = digestOfFile }: PlaceOptions,
): Promise<{ linked: number; copied: number; kept: number; removed: number }> {
  const place = { dir, folders, isIgnored };
  const sources = files.map(({ source }) => source);
  checkSourcesOutside(sources, place);
  try {
    return await interruptible((interrupted) =>
      withLock(dir, () => placeAll(place, files, { interrupted, digest })),
    );
  } catch (error) {
    throw diskFault(error, {
      place: dir,
      what: `${files.length} files`,
      next: 'No file is half written. Run it again to resume.',
    });
  }
}

async function placeAll(
  where: Place,
  files: readonly PlacedFile[],
  { interrupted, digest }: { interrupted: () => boolean; digest: (file: string) => Promise<string> },
) {
  const { dir } = where;
  checkTargets(files);
  const sources = files.map(fileAt);
  const digestOf: Digest = (source) => {
    if (interrupted())
      throw new InterruptedError(
        'Interrupted while files were compared. Nothing was changed meanwhile. Run the cell again.',
      );
    return digestOfSource(source, digest);
  };
  const known = knownFiles(sources, digestOf);
  const before = readPlacedRecord(dir);
  const own = await ownFiles(where, { record: before, known });
  const kept = await keptFiles(sources, { own, digestOf });
  const removed = new Map([...own].filter(([target]) => !kept.has(target)));
  await checkNothingLost(where, { removed, known });

  fs.rmSync(path.join(dir, unfinished), { force: true });
  const record = await plan(dir, { sources, kept, digestOf });
  for (const target of removed.keys()) await fs.promises.rm(bytesOf(path.join(dir, target)));
  removeEmptyFolders(dir, [...removed.keys()]);
  // The record comes before the first file: what a stop leaves behind is known to the next call.
  if (JSON.stringify([...before]) !== JSON.stringify([...record])) writePlacedRecord(dir, record);
  const counts = { linked: 0, copied: 0, kept: kept.size, removed: 0 };
  for (const target of removed.keys()) if (!record.has(target)) counts.removed++;
  for (const [i, source] of sources.entries()) {
    if (interrupted())
      throw new InterruptedError(
        `Interrupted after ${i} of ${sources.length} files. Run the cell again to resume.`,
      );
    if (!kept.has(source.target))
      counts[await place(dir, { source, record, rest: sources.slice(i), digestOf })]++;
  }
  if (kept.size < sources.length) syncFolders(dir, [...record.keys()]);
  if (counts.copied > 0) writePlacedRecord(dir, record);
  return counts;
}

async function place(
  dir: string,
  {
    source,
    record,
    rest,
    digestOf,
  }: { source: Source; record: PlacedRecord; rest: readonly Source[]; digestOf: Digest },
): Promise<'linked' | 'copied'> {
  const target = path.join(dir, source.target);
  await fs.promises.mkdir(bytesOf(path.dirname(target)), { recursive: true });
  if (fs.lstatSync(bytesOf(target), { throwIfNoEntry: false })) throw occupied(source);
  if (record.get(source.target)!.placed === 'link') {
    try {
      await fs.promises.link(bytesOf(source.file), bytesOf(target));
      return 'linked';
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw occupied(source);
      // A file may have all the names that its disk allows, or belong to somebody else: from here on, copies.
      for (const other of rest)
        if (record.get(other.target)!.placed === 'link' && !isPlaced(dir, other))
          record.set(other.target, await copyOf(other, digestOf));
      writePlacedRecord(dir, record);
    }
  }
  await copy(dir, { source, record });
  return 'copied';
}

function isPlaced(dir: string, { target }: Source): boolean {
  return fs.lstatSync(bytesOf(path.join(dir, target)), { throwIfNoEntry: false }) !== undefined;
}

async function copy(
  dir: string,
  { source, record }: { source: Source; record: PlacedRecord },
): Promise<void> {
  const [beside, target] = [path.join(dir, unfinished), path.join(dir, source.target)];
  const entry = record.get(source.target)!;
  try {
    await fs.promises.copyFile(bytesOf(source.file), beside, fs.constants.COPYFILE_EXCL);
    if (entry.placed !== 'copy' || (await digestOfFile(beside)) !== entry.sha256)
      throw problem({
        where: shownPath(source.file),
        expected: 'a file that stays as it is while it is copied',
        found: 'other bytes than a moment ago',
        next: 'Run the cell again once nothing writes it any more.',
      });
    syncFile(beside);
    await fs.promises.rename(beside, bytesOf(target));
    record.set(source.target, { ...entry, state: stateOf(fs.lstatSync(bytesOf(target), { bigint: true })) });
  } finally {
    await fs.promises.rm(beside, { force: true });
  }
}

/** On a disk that ignores case, two names may be one. */
function occupied({ file, target }: Source): Error {
  return problem({
    where: shownPath(file),
    expected: `no file at ${target}, where it is to be placed`,
    found: 'one that came there a moment ago, or whose name differs in case alone',
    next: 'Rename one of the two, and run the cell again.',
  });
}

/** Removes the folders that the removed files leave empty, up to `dir`. */
function removeEmptyFolders(dir: string, targets: readonly string[]): void {
  for (const folder of foldersOf(targets)) {
    const full = bytesOf(path.join(dir, folder));
    if (fs.readdirSync(full).length === 0) fs.rmdirSync(full);
  }
}

/** The files have their names on the disk before the call ends. */
function syncFolders(dir: string, targets: readonly string[]): void {
  for (const folder of foldersOf(targets)) syncFolder(path.join(dir, folder));
  syncFolder(dir);
}

/** The folders of the targets and those above them, below `dir`; the deepest first. */
function foldersOf(targets: readonly string[]): string[] {
  const folders = new Set<string>();
  for (const target of targets)
    for (let folder = path.posix.dirname(target); folder !== '.'; folder = path.posix.dirname(folder))
      folders.add(folder);
  return [...folders].sort((a, b) => b.length - a.length);
}

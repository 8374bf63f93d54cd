/** Puts photos where a split wants them, records what it puts there, and removes nothing else. */
import fs from 'node:fs';
import path from 'node:path';
import { problem } from '../../check';
import { digestOfFile } from '../../files/digest';
import { withLock } from '../../files/lock';
import { syncFile, syncFolder } from '../../files/sync';
import { InterruptedError, interruptible } from '../../notebook/interrupt';
import { diskFault, shownPath } from '../../paths';
import { checkNoPhotos } from './split-apart';
import { checkNothingLost, ownFiles } from './split-owned';
import {
  checkTargets,
  copyOf,
  type Digest,
  digestOfPhoto,
  keptFiles,
  knownPhotos,
  type Photo,
  type PlacedFile,
  photoOf,
  plan,
  unfinished,
} from './split-plan';
import { readSplitRecord, type SplitRecord, stateOf, writeSplitRecord } from './split-record';

/**
 * Links (or copies) the files to their targets below `dir`, and removes those that an earlier call placed and that are no
 * longer wanted. A stop in the middle leaves a state that the next call completes. Whatever would lose a photo is refused
 * before anything is written.
 *
 * @throws LittleDataError where photos lie in the split, anything that an earlier call did not place lies there, a file to be
 * removed is the last one with its bytes, another process is at work there, or the disk is full or may not be written;
 * `InterruptedError` after Kernel > Interrupt.
 */
export async function placeFiles(
  dir: string,
  files: readonly PlacedFile[],
): Promise<{ linked: number; copied: number; kept: number; removed: number }> {
  checkNoPhotos(
    files.map(({ source }) => source),
    { outDir: dir },
  );
  try {
    return await interruptible((interrupted) => withLock(dir, () => placeAll(dir, files, interrupted)));
  } catch (error) {
    throw diskFault(error, {
      place: dir,
      what: `${files.length} photos of a split`,
      next: 'No photo is half written. Run it again to resume.',
    });
  }
}

async function placeAll(dir: string, files: readonly PlacedFile[], interrupted: () => boolean) {
  checkTargets(files);
  const photos = files.map(photoOf);
  const digestOf: Digest = (photo) => {
    if (interrupted())
      throw new InterruptedError(
        'Interrupted while the photos of the split were compared. Nothing was changed meanwhile. Run the cell again.',
      );
    return digestOfPhoto(photo);
  };
  const known = knownPhotos(photos, digestOf);
  const before = readSplitRecord(dir);
  const own = await ownFiles(dir, { record: before, known });
  const kept = await keptFiles(photos, { own, digestOf });
  const removed = new Map([...own].filter(([target]) => !kept.has(target)));
  await checkNothingLost(dir, { removed, known });

  fs.rmSync(path.join(dir, unfinished), { force: true });
  const record = await plan(dir, { photos, kept, digestOf });
  for (const target of removed.keys()) await fs.promises.rm(path.join(dir, target));
  removeEmptyFolders(dir, [...removed.keys()]);
  // The record comes before the first file: what a stop leaves behind is known to the next call.
  if (JSON.stringify([...before]) !== JSON.stringify([...record])) writeSplitRecord(dir, record);
  const counts = { linked: 0, copied: 0, kept: kept.size, removed: 0 };
  for (const target of removed.keys()) if (!record.has(target)) counts.removed++;
  for (const [i, photo] of photos.entries()) {
    if (interrupted())
      throw new InterruptedError(
        `Interrupted after ${i} of ${photos.length} photos of the split. Run the cell again to resume.`,
      );
    if (!kept.has(photo.target)) counts[await place(dir, { photo, record, rest: photos.slice(i) })]++;
  }
  if (kept.size < photos.length) syncFolders(dir, [...record.keys()]);
  if (counts.copied > 0) writeSplitRecord(dir, record);
  return counts;
}

async function place(
  dir: string,
  { photo, record, rest }: { photo: Photo; record: SplitRecord; rest: readonly Photo[] },
): Promise<'linked' | 'copied'> {
  const target = path.join(dir, photo.target);
  await fs.promises.mkdir(path.dirname(target), { recursive: true });
  if (fs.lstatSync(target, { throwIfNoEntry: false })) throw occupied(photo);
  if (record.get(photo.target)!.placed === 'link') {
    try {
      await fs.promises.link(photo.file, target);
      return 'linked';
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw occupied(photo);
      // A photo may have all the names that its disk allows, or belong to somebody else: from here on, copies.
      for (const other of rest)
        if (record.get(other.target)!.placed === 'link' && !isPlaced(dir, other))
          record.set(other.target, await copyOf(other, digestOfPhoto));
      writeSplitRecord(dir, record);
    }
  }
  await copy(dir, { photo, record });
  return 'copied';
}

function isPlaced(dir: string, { target }: Photo): boolean {
  return fs.lstatSync(path.join(dir, target), { throwIfNoEntry: false }) !== undefined;
}

async function copy(dir: string, { photo, record }: { photo: Photo; record: SplitRecord }): Promise<void> {
  const [beside, target] = [path.join(dir, unfinished), path.join(dir, photo.target)];
  const entry = record.get(photo.target)!;
  try {
    await fs.promises.copyFile(photo.file, beside, fs.constants.COPYFILE_EXCL);
    if (entry.placed !== 'copy' || (await digestOfFile(beside)) !== entry.sha256)
      throw problem({
        where: shownPath(photo.file),
        expected: 'a photo that stays as it is while it is copied',
        found: 'other bytes than a moment ago',
        next: 'Run the cell again once nothing writes it any more.',
      });
    syncFile(beside);
    await fs.promises.rename(beside, target);
    record.set(photo.target, { ...entry, state: stateOf(fs.lstatSync(target, { bigint: true })) });
  } finally {
    await fs.promises.rm(beside, { force: true });
  }
}

/** On a disk that ignores case, two names may be one. */
function occupied({ file, target }: Photo): Error {
  return problem({
    where: shownPath(file),
    expected: `no file at ${target}, where it is to be placed`,
    found: 'one that came there a moment ago, or whose name differs in case alone',
    next: 'Rename one of the two, and run the cell again.',
  });
}

/** Removes the folders that the removed files leave empty, up to the folder of the split. */
function removeEmptyFolders(dir: string, targets: readonly string[]): void {
  for (const folder of foldersOf(targets)) {
    const full = path.join(dir, folder);
    if (fs.readdirSync(full).length === 0) fs.rmdirSync(full);
  }
}

/** The photos have their names on the disk before the call ends. */
function syncFolders(dir: string, targets: readonly string[]): void {
  for (const folder of foldersOf(targets)) syncFolder(path.join(dir, folder));
  syncFolder(dir);
}

/** The folders of the targets and those above them, below the folder of the split; the deepest first. */
function foldersOf(targets: readonly string[]): string[] {
  const folders = new Set<string>();
  for (const target of targets)
    for (let folder = path.posix.dirname(target); folder !== '.'; folder = path.posix.dirname(folder))
      folders.add(folder);
  return [...folders].sort((a, b) => b.length - a.length);
}

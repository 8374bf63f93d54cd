/** Puts photos where a split wants them, records what it puts there, and removes nothing else. */
import fs from 'node:fs';
import path from 'node:path';
import { problem } from '../check';
import { digestOfFile } from '../files/digest';
import { identity } from '../files/identity';
import { diskFault, shownPath } from '../paths';
import { InterruptedError, interruptible } from '../show/interrupt';
import { digestPhoto } from './inspect';
import { withLock } from './lock';
import { checkNoPhotos } from './split-apart';
import { checkNothingLost, type KnownPhotos, type OwnFile, ownFiles } from './split-owned';
import {
  type PlacedEntry,
  readSplitRecord,
  type SplitRecord,
  stateOf,
  writeSplitRecord,
} from './split-record';

/** A file to be placed: `target` relative to the folder of the split, with `/`: `train/cats/cat.0.jpg`. */
export interface PlacedFile {
  source: string;
  target: string;
}

/** The name that a photo has in the folder of the split while it is copied. */
const unfinished = '.little-data-split.part';

/**
 * Links (or copies) the files to their targets below `dir`, and removes those that an earlier call placed and that are no
 * longer wanted. A stop in the middle leaves a state that the next call completes. Whatever would lose a photo is refused
 * before anything is written.
 *
 * @throws LittleDataError where photos lie in the split, anything that an earlier call did not place lies there, a file to be removed is the last one with its bytes, another process is at work there, or the disk is
 * full or may not be written; `InterruptedError` after Kernel > Interrupt.
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
    return await withLock(dir, () => interruptible((interrupted) => placeAll(dir, files, interrupted)));
  } catch (error) {
    throw diskFault(error, {
      place: dir,
      what: `${files.length} photos of a split`,
      next: 'No photo is half written; run it again, and it goes on where it stopped.',
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
        `Interrupted after ${i} of ${photos.length} photos of the split. Run the cell again to go on from there.`,
      );
    if (!kept.has(photo.target)) counts[await place(dir, { photo, record, rest: photos.slice(i) })]++;
  }
  if (counts.copied > 0) writeSplitRecord(dir, record);
  return counts;
}

interface Photo {
  target: string;
  /** The photo's own path: a symbolic link is followed. */
  file: string;
  stat: fs.BigIntStats;
}

function photoOf({ source, target }: PlacedFile): Photo {
  let found: string;
  try {
    const file = fs.realpathSync.native(source);
    const stat = fs.statSync(file, { bigint: true });
    if (stat.isFile()) return { target, file, stat };
    found = stat.isDirectory() ? 'a folder' : 'a pipe, socket or device';
  } catch (error) {
    found = (error as NodeJS.ErrnoException).code ?? String(error);
  }
  throw problem({
    where: shownPath(source),
    expected: 'a photo',
    found,
    next: 'Look where the photo went, and run the cell again.',
  });
}

/** The SHA-256 of a photo's bytes. */
type Digest = (photo: Photo) => Promise<string>;

function knownPhotos(photos: readonly Photo[], digestOf: Digest): KnownPhotos {
  let digests: Promise<ReadonlySet<string>> | undefined;
  return {
    ids: new Set(photos.map(({ stat }) => identity(stat))),
    digests: () => {
      digests ??= allDigests(photos, digestOf);
      return digests;
    },
  };
}

async function allDigests(photos: readonly Photo[], digestOf: Digest): Promise<ReadonlySet<string>> {
  const digests = new Set<string>();
  for (const photo of photos) digests.add(await digestOf(photo));
  return digests;
}

/** Also of a file that is no picture: what the split places need not be readable as one. */
async function digestOfPhoto({ file }: Photo): Promise<string> {
  const { sha256 } = await digestPhoto(file);
  if (sha256 !== undefined) return sha256;
  try {
    return await digestOfFile(file);
  } catch (error) {
    throw problem({
      where: shownPath(file),
      expected: 'a photo that can be read',
      found: (error as NodeJS.ErrnoException).code ?? String(error),
      next: 'Change its permissions, or move it elsewhere.',
    });
  }
}

/** The targets where the photo that is wanted there lies already: its second name, or a copy with its very bytes. */
async function keptFiles(
  photos: readonly Photo[],
  { own, digestOf }: { own: ReadonlyMap<string, OwnFile>; digestOf: Digest },
): Promise<Map<string, PlacedEntry>> {
  const kept = new Map<string, PlacedEntry>();
  for (const photo of photos) {
    const there = own.get(photo.target);
    if (!there) continue;
    if (there.id === identity(photo.stat)) kept.set(photo.target, linkOf(photo));
    else if (there.entry.placed === 'copy' && there.entry.sha256 === (await digestOf(photo)))
      kept.set(photo.target, { ...there.entry, source: photo.file });
  }
  return kept;
}

function linkOf({ file, stat }: Photo): PlacedEntry {
  return { placed: 'link', source: file, dev: String(stat.dev), ino: String(stat.ino) };
}

async function copyOf(photo: Photo, digestOf: Digest): Promise<PlacedEntry> {
  return {
    placed: 'copy',
    source: photo.file,
    size: Number(photo.stat.size),
    sha256: await digestOf(photo),
  };
}

/** The record of the split as it will be: links where the disk of the photo allows them, as one try a disk tells. */
async function plan(
  dir: string,
  {
    photos,
    kept,
    digestOf,
  }: { photos: readonly Photo[]; kept: ReadonlyMap<string, PlacedEntry>; digestOf: Digest },
): Promise<SplitRecord> {
  const record: SplitRecord = new Map();
  const linkable = new Map<bigint, boolean>();
  for (const photo of photos) {
    const { dev } = photo.stat;
    const there = kept.get(photo.target);
    if (!there && !linkable.has(dev)) linkable.set(dev, canLink(dir, photo));
    record.set(photo.target, there ?? (linkable.get(dev) ? linkOf(photo) : await copyOf(photo, digestOf)));
  }
  return record;
}

function canLink(dir: string, { file }: Photo): boolean {
  const beside = path.join(dir, unfinished);
  try {
    fs.linkSync(file, beside);
    return true;
  } catch {
    return false;
  } finally {
    fs.rmSync(beside, { force: true });
  }
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
    await fs.promises.rename(beside, target);
    record.set(photo.target, { ...entry, state: stateOf(fs.lstatSync(target, { bigint: true })) });
  } finally {
    await fs.promises.rm(beside, { force: true });
  }
}

/** Two photos of one name would end in one file. */
function checkTargets(files: readonly PlacedFile[]): void {
  const seen = new Map<string, string>();
  for (const { source, target } of files) {
    const other = seen.get(target);
    seen.set(target, source);
    if (other === undefined) continue;
    throw problem({
      where: shownPath(source),
      expected: 'a name that no other photo of its class has',
      found: `that of ${shownPath(other)}`,
      next: 'Rename one of the two.',
    });
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
  const folders = new Set<string>();
  for (const target of targets)
    for (let folder = path.posix.dirname(target); folder !== '.'; folder = path.posix.dirname(folder))
      folders.add(folder);
  for (const folder of [...folders].sort((a, b) => b.length - a.length)) {
    const full = path.join(dir, folder);
    if (fs.readdirSync(full).length === 0) fs.rmdirSync(full);
  }
}

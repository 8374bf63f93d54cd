/** Puts photos where a split wants them, remembers what it put there, and takes away nothing else. */
import fs from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { problem } from '../check';
import { writeWhole } from '../files/atomic';
import { withLock } from '../files/lock';
import { syncFile, syncFolder } from '../files/sync';
import { diskFault, shownPath } from '../paths';
import { InterruptedError, interruptible } from '../show/interrupt';

/** A file to be placed: `target` relative to the folder of the split. */
export interface PlacedFile {
  source: string;
  target: string;
}

/** How a file that was placed is known again: by size (bytes) and time of last change (ms). */
interface Mark {
  size: number;
  time: number;
}

/** The marks of each target. */
type Marks = Record<string, Mark>;

const record = '.little-data-split.json';

/** Some disks keep times (ms) no finer than this: FAT. */
const coarsest = 2000;

/** The name that a photo has in its target's folder while it is copied; a file name may be too long for any addition. */
const unfinished = '.little-data-split.part';

/**
 * Links (or copies) the files to their targets below `dir`, and takes away those that an earlier call put there and
 * that are no longer wanted. A stop in the middle leaves a state that the next call completes.
 *
 * @throws LittleDataError where a file of another origin is in the way, another process is at work there, or the disk is
 * full or may not be written; `InterruptedError` after Kernel > Interrupt.
 */
export async function placeFiles(
  dir: string,
  files: readonly PlacedFile[],
): Promise<{ linked: number; copied: number; kept: number; removed: number }> {
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
  const before = readRecord(dir);
  const wanted: Marks = Object.fromEntries(files.map(({ source, target }) => [target, marksOf(source)]));
  checkTargets(files);
  for (const file of files) checkFree(dir, file, before[file.target]);
  removeUnfinished(dir, [...Object.keys(before), ...Object.keys(wanted)]);
  const counts = { linked: 0, copied: 0, kept: 0, removed: 0 };
  for (const [target, marks] of Object.entries(before)) {
    if (isDeepStrictEqual(marks, wanted[target]) || !isOurs(path.join(dir, target), marks)) continue;
    await fs.promises.rm(path.join(dir, target));
    if (!wanted[target]) counts.removed++;
  }
  // Before the first is placed, all that may be ours is noted: what a stop leaves behind is known to the next call.
  if (!isDeepStrictEqual(before, wanted)) writeRecord(dir, { ...before, ...wanted });
  for (const [i, { source, target }] of files.entries()) {
    if (interrupted())
      throw new InterruptedError(
        `Interrupted after ${i} of ${files.length} photos of the split. Run the cell again to go on from there.`,
      );
    counts[await place(source, path.join(dir, target), wanted[target]!)]++;
  }
  removeEmptyFolders(dir, Object.keys(before));
  syncFolders(dir, Object.keys(wanted));
  if (!isDeepStrictEqual(readRecord(dir), wanted)) writeRecord(dir, wanted);
  return counts;
}

async function place(source: string, target: string, marks: Mark): Promise<'linked' | 'copied' | 'kept'> {
  if (isOurs(target, marks)) return 'kept';
  await fs.promises.mkdir(path.dirname(target), { recursive: true });
  const beside = path.join(path.dirname(target), unfinished);
  // A symbolic link is followed: what lies at its end is the photo.
  const photo = await fs.promises.realpath(source).catch(() => source);
  const linked = await fs.promises.link(photo, beside).then(
    () => true,
    () => false,
  );
  try {
    if (!linked) {
      marksOf(source);
      await fs.promises.copyFile(source, beside);
      await fs.promises.utimes(beside, marks.time / 1000, marks.time / 1000);
      syncFile(beside);
    }
    await fs.promises.rename(beside, target);
  } finally {
    await fs.promises.rm(beside, { force: true });
  }
  return linked ? 'linked' : 'copied';
}

/** What a process that was killed left beside the targets and the record. */
function removeUnfinished(dir: string, targets: readonly string[]): void {
  for (const name of fs.readdirSync(dir))
    if (name.startsWith(`${record}.`) && name.endsWith('.part')) fs.rmSync(path.join(dir, name));
  for (const folder of new Set(['.', ...targets.map((target) => path.dirname(target))])) {
    fs.rmSync(path.join(dir, folder, unfinished), { force: true });
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

function checkFree(dir: string, { source, target }: PlacedFile, earlier: Mark | undefined): void {
  const file = path.join(dir, target);
  const there = fs.lstatSync(file, { throwIfNoEntry: false });
  // A second name of the same file may be taken for ours: its removal loses nothing.
  if (!there || (earlier && isOurs(file, earlier)) || isSameFile(there, fs.statSync(source))) return;
  throw problem({
    where: shownPath(file),
    expected: 'no file, or one that an earlier split put there',
    found: 'a file of another origin',
    next: 'It is left as it is. Move it elsewhere, or split into another `outDir`.',
  });
}

function isSameFile(a: fs.Stats, b: fs.Stats): boolean {
  return a.dev === b.dev && a.ino === b.ino;
}

function isOurs(file: string, marks: Mark): boolean {
  const stat = fs.lstatSync(file, { throwIfNoEntry: false });
  return stat !== undefined && stat.size === marks.size && Math.abs(stat.mtimeMs - marks.time) <= coarsest;
}

function marksOf(file: string): Mark {
  try {
    const { size, mtimeMs } = fs.statSync(file);
    return { size, time: mtimeMs };
  } catch (error) {
    throw problem({
      where: shownPath(file),
      expected: 'a photo',
      found: (error as NodeJS.ErrnoException).code ?? String(error),
      next: 'It was there a moment ago: look where it went, and run the cell again.',
    });
  }
}

/** The names of the photos and of their folders, before the record says that all are there. */
function syncFolders(dir: string, targets: readonly string[]): void {
  const folders = new Set(targets.map((target) => path.dirname(target)));
  for (const folder of folders) folders.add(path.dirname(folder));
  for (const folder of folders) syncFolder(path.join(dir, folder));
}

function removeEmptyFolders(dir: string, targets: readonly string[]): void {
  const folders = new Set(
    targets.flatMap((target) => [path.dirname(target), path.dirname(path.dirname(target))]),
  );
  for (const folder of [...folders].sort((a, b) => b.length - a.length)) {
    if (folder === '.') continue;
    const full = path.join(dir, folder);
    if (fs.existsSync(full) && fs.readdirSync(full).length === 0) fs.rmdirSync(full);
  }
}

function readRecord(dir: string): Marks {
  try {
    return JSON.parse(fs.readFileSync(path.join(dir, record), 'utf8')) as Marks;
  } catch {
    // Without a readable record nothing is known to be ours, so nothing is taken away.
    return {};
  }
}

function writeRecord(dir: string, marks: Marks): void {
  writeWhole(path.join(dir, record), (descriptor) => fs.writeFileSync(descriptor, JSON.stringify(marks)));
}

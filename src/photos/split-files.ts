/** Puts photos where a split wants them, remembers what it put there, and takes away nothing else. */
import fs from 'node:fs';
import path from 'node:path';
import { problem } from '../check';
import { shownPath, writeWhole } from '../paths';

/** A file to be placed: `target` relative to the folder of the split. */
export interface PlacedFile {
  source: string;
  target: string;
}

/** How a file that was placed is known again: by size (bytes) and time of last change (ms). */
type Marks = Record<string, { size: number; time: number }>;

const record = '.little-data-split.json';

/**
 * Links (or copies) the files to their targets below `dir`, and takes away those that an earlier call put there and
 * that are no longer wanted. A stop in the middle leaves a state that the next call completes.
 */
export async function placeFiles(
  dir: string,
  files: readonly PlacedFile[],
): Promise<{ linked: number; copied: number; kept: number; removed: number }> {
  const before = readRecord(dir);
  const wanted: Marks = Object.fromEntries(files.map(({ source, target }) => [target, marksOf(source)]));
  checkTargets(files);
  for (const { target } of files) checkFree(dir, target, { before, wanted });
  // First all that may be ours is noted: what a stop leaves behind is known to the next call.
  writeRecord(dir, { ...before, ...wanted });
  const counts = { linked: 0, copied: 0, kept: 0, removed: 0 };
  for (const target of Object.keys(before)) {
    if (!wanted[target] && isOurs(path.join(dir, target), before[target]!)) {
      await fs.promises.rm(path.join(dir, target));
      counts.removed++;
    }
  }
  for (const { source, target } of files)
    counts[await place(source, path.join(dir, target), wanted[target]!)]++;
  removeEmptyFolders(dir, Object.keys(before));
  if (JSON.stringify(readRecord(dir)) !== JSON.stringify(wanted)) writeRecord(dir, wanted);
  return counts;
}

async function place(
  source: string,
  target: string,
  marks: Marks[string],
): Promise<'linked' | 'copied' | 'kept'> {
  if (isOurs(target, marks)) return 'kept';
  await fs.promises.mkdir(path.dirname(target), { recursive: true });
  const beside = `${target}.${process.pid}.part`;
  await fs.promises.rm(beside, { force: true });
  const linked = await fs.promises.link(source, beside).then(
    () => true,
    () => false,
  );
  try {
    if (!linked) {
      await fs.promises.copyFile(source, beside);
      await fs.promises.utimes(beside, marks.time / 1000, marks.time / 1000);
    }
    await fs.promises.rename(beside, target);
  } finally {
    await fs.promises.rm(beside, { force: true });
  }
  return linked ? 'linked' : 'copied';
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

function checkFree(dir: string, target: string, { before, wanted }: { before: Marks; wanted: Marks }): void {
  const file = path.join(dir, target);
  if (!fs.existsSync(file) || isOurs(file, wanted[target]!)) return;
  if (before[target] && isOurs(file, before[target])) return;
  throw problem({
    where: shownPath(file),
    expected: 'no file, or one that an earlier split put there',
    found: 'a file of another origin',
    next: 'It is left as it is. Move it elsewhere, or split into another `outDir`.',
  });
}

function isOurs(file: string, marks: Marks[string]): boolean {
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  return stat !== undefined && stat.size === marks.size && Math.abs(stat.mtimeMs - marks.time) < 2;
}

function marksOf(file: string): Marks[string] {
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
  writeWhole(path.join(dir, record), (descriptor) => fs.writeSync(descriptor, JSON.stringify(marks)));
}

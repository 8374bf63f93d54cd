/** Which files in the folders of a split are its own: only these may be removed, and only where no photo is lost by it. */
import fs from 'node:fs';
import path from 'node:path';
import { counted, problem } from '../../check';
import { digestOfFile } from '../../files/digest';
import { identity, identityOf, isWithin } from '../../files/identity';
import { shownPath } from '../../paths';
import { isJunk } from '../photo-names';
import { type PlacedEntry, partNames, recordName, type SplitRecord, stateOf } from './split-record';

/** A file that a split placed and nobody has changed since. */
export interface OwnFile {
  entry: PlacedEntry;
  /** Device and inode. */
  id: string;
  size: bigint;
}

/** The photos that are split now. */
export interface KnownPhotos {
  /** Device and inode of each. */
  ids: ReadonlySet<string>;
  /** Their digests; computed when they are first needed. */
  digests: () => Promise<ReadonlySet<string>>;
}

/**
 * The files below `train/`, `validation/` and `test/` by their target, as the record names them.
 * @throws LittleDataError where anything else lies there: a file that the record doesn't name, one that was changed, a link.
 */
export async function ownFiles(
  dir: string,
  { record, known }: { record: SplitRecord; known: KnownPhotos },
): Promise<Map<string, OwnFile>> {
  const own = new Map<string, OwnFile>();
  const foreign: string[] = [];
  for (const target of filesOf(dir)) {
    const file = path.join(dir, target);
    const entry = record.get(target);
    const stat = fs.lstatSync(file, { bigint: true });
    if (entry && stat.isFile() && (await isOwn(file, { entry, stat, known })))
      own.set(target, {
        entry: entry.placed === 'copy' ? { ...entry, state: stateOf(stat) } : entry,
        id: identity(stat),
        size: stat.size,
      });
    else foreign.push(target);
  }
  if (foreign.length === 0) return own;
  const isEarlier = foreign.some((target) => record.get(target)?.placed === 'unknown');
  throw problem({
    where: shownPath(dir),
    expected: `only files that an earlier split placed in ${partNames.join(', ')}, as ${recordName} lists them`,
    found: counted(foreign, 'file of another origin', 'files of another origin'),
    next: isEarlier
      ? 'Version 0.1.0 placed some of them. Delete these folders if they hold nothing of yours, then run again; or split into another `outDir`.'
      : 'They are left as they are. Move them elsewhere, or split into another `outDir`.',
  });
}

/**
 * Throws where a file to be removed is the last one with its bytes: its photo is neither where it was nor among those that
 * are split now.
 */
export async function checkNothingLost(
  dir: string,
  { removed, known }: { removed: ReadonlyMap<string, OwnFile>; known: KnownPhotos },
): Promise<void> {
  const last: string[] = [];
  for (const [target, own] of removed)
    if (!(await isElsewhere(path.join(dir, target), { dir, own, known }))) last.push(target);
  if (last.length === 0) return;
  throw problem({
    where: shownPath(dir),
    expected: 'the photos of the earlier split where they were',
    found: counted(last, 'photo that lies only here now', 'photos that lie only here now'),
    next: 'Move them elsewhere to keep them, or delete them, then run again.',
  });
}

/** Everything below the parts that is no folder, with `/`, but for what systems leave. A link is never followed. */
function filesOf(dir: string): string[] {
  const found: string[] = [];
  const visit = (relative: string) => {
    for (const item of fs.readdirSync(path.join(dir, relative), { withFileTypes: true })) {
      if (isJunk(item.name)) continue;
      if (item.isDirectory()) visit(`${relative}/${item.name}`);
      else found.push(`${relative}/${item.name}`);
    }
  };
  for (const part of partNames) {
    const stat = fs.lstatSync(path.join(dir, part), { throwIfNoEntry: false });
    if (stat?.isDirectory()) visit(part);
    else if (stat) found.push(part);
  }
  return found;
}

async function isOwn(
  file: string,
  { entry, stat, known }: { entry: PlacedEntry; stat: fs.BigIntStats; known: KnownPhotos },
): Promise<boolean> {
  const id = identity(stat);
  if (entry.placed === 'unknown') return known.ids.has(id);
  if (entry.placed === 'link') {
    // A disk may have another device number after a restart: then the photo itself vouches for its second name.
    const isSameDisk = String(stat.dev) === entry.dev || known.ids.has(id) || id === identityOf(entry.source);
    return String(stat.ino) === entry.ino && isSameDisk;
  }
  if (entry.state === stateOf(stat)) return true;
  return stat.size === BigInt(entry.size) && (await digestOfFile(file)) === entry.sha256;
}

async function isElsewhere(
  file: string,
  { dir, own: { entry, id, size }, known }: { dir: string; own: OwnFile; known: KnownPhotos },
): Promise<boolean> {
  if (known.ids.has(id)) return true;
  const source = entry.placed === 'unknown' ? undefined : fileOutside(entry.source, dir);
  if (source && identity(source.stat) === id) return true;
  const digest = entry.placed === 'copy' ? entry.sha256 : await digestOfFile(file);
  if ((await known.digests()).has(digest)) return true;
  return source !== undefined && source.stat.size === size && (await digestOfFile(source.file)) === digest;
}

/** The file that a record names as a photo, unless it lies in the split itself. */
function fileOutside(file: string, dir: string): { file: string; stat: fs.BigIntStats } | undefined {
  try {
    const real = fs.realpathSync.native(file);
    const stat = fs.statSync(real, { bigint: true });
    const isOutside = partNames.every((part) => !isWithin(real, path.join(dir, part)));
    return stat.isFile() && isOutside ? { file: real, stat } : undefined;
  } catch {
    return undefined;
  }
}

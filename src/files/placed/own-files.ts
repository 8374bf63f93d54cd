/** Which of the files in the folders were placed there: only these may be removed, and only where nothing is lost by it. */
import fs from 'node:fs';
import path from 'node:path';
import { counted, problem } from '../../check';
import { shownPath } from '../../paths';
import { bytesOf, entriesOf, realPath } from '../byte-names';
import { digestOfFile } from '../digest';
import { identity, identityOf, isWithin } from '../identity';
import { type PlacedEntry, type PlacedRecord, recordName, stateOf } from './placed-record';

/** The folder that files are placed in. */
export interface Place {
  /** Absolute. */
  dir: string;
  /** The folders below it that hold placed files and nothing else. */
  folders: readonly string[];
  /** Whether a file of this name may lie there all the same, such as what systems leave. */
  isIgnored: (name: string) => boolean;
}

/** A file that was placed and that nobody has changed since. */
export interface OwnFile {
  entry: PlacedEntry;
  /** Device and inode. */
  id: string;
  size: bigint;
}

/** The files that are to be placed now. */
export interface KnownFiles {
  /** Device and inode of each. */
  ids: ReadonlySet<string>;
  /** Their digests; computed when they are first needed. */
  digests: () => Promise<ReadonlySet<string>>;
}

/**
 * The files in the folders by their target, as the record names them.
 * @throws LittleDataError where anything else lies there: a file that the record doesn't name, one that was changed, a link.
 */
export async function ownFiles(
  place: Place,
  { record, known }: { record: PlacedRecord; known: KnownFiles },
): Promise<Map<string, OwnFile>> {
  const own = new Map<string, OwnFile>();
  const foreign: string[] = [];
  for (const target of filesOf(place)) {
    const file = path.join(place.dir, target);
    const entry = record.get(target);
    const stat = fs.lstatSync(bytesOf(file), { bigint: true });
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
    where: shownPath(place.dir),
    expected: `only files that an earlier call placed in ${place.folders.join(', ')}, as ${recordName} lists them`,
    found: counted(foreign, 'file of another origin', 'files of another origin'),
    next: isEarlier
      ? 'Version 0.1.0 placed some of them. Delete these folders if they hold nothing of yours, then run again; or name another folder.'
      : 'They are left as they are. Move them elsewhere, or name another folder.',
  });
}

/**
 * Throws where a file to be removed is the last one with its bytes: its source is neither where it was nor among
 * those that are placed now.
 */
export async function checkNothingLost(
  place: Place,
  { removed, known }: { removed: ReadonlyMap<string, OwnFile>; known: KnownFiles },
): Promise<void> {
  const last: string[] = [];
  for (const [target, own] of removed)
    if (!(await isElsewhere(path.join(place.dir, target), { place, own, known }))) last.push(target);
  if (last.length === 0) return;
  throw problem({
    where: shownPath(place.dir),
    expected: 'the files that an earlier call placed where they were',
    found: counted(last, 'file that lies only here now', 'files that lie only here now'),
    next: 'Move them elsewhere to keep them, or delete them, then run again.',
  });
}

/** Everything in the folders that is no folder, with `/`, but for what is ignored. A link is never followed. */
function filesOf({ dir, folders, isIgnored }: Place): string[] {
  const found: string[] = [];
  const visit = (relative: string) => {
    for (const { name, entry } of entriesOf(path.join(dir, relative))) {
      if (isIgnored(name)) continue;
      if (entry.isDirectory()) visit(`${relative}/${name}`);
      else found.push(`${relative}/${name}`);
    }
  };
  for (const part of folders) {
    const stat = fs.lstatSync(path.join(dir, part), { throwIfNoEntry: false });
    if (stat?.isDirectory()) visit(part);
    else if (stat) found.push(part);
  }
  return found;
}

async function isOwn(
  file: string,
  { entry, stat, known }: { entry: PlacedEntry; stat: fs.BigIntStats; known: KnownFiles },
): Promise<boolean> {
  const id = identity(stat);
  if (entry.placed === 'unknown') return known.ids.has(id);
  if (entry.placed === 'link') {
    // A disk may have another device number after a restart: then the source itself vouches for its second name.
    const isSameDisk = String(stat.dev) === entry.dev || known.ids.has(id) || id === identityOf(entry.source);
    return String(stat.ino) === entry.ino && isSameDisk;
  }
  if (entry.state === stateOf(stat)) return true;
  return stat.size === BigInt(entry.size) && (await digestOfFile(file)) === entry.sha256;
}

async function isElsewhere(
  file: string,
  { place, own: { entry, id, size }, known }: { place: Place; own: OwnFile; known: KnownFiles },
): Promise<boolean> {
  if (known.ids.has(id)) return true;
  const source = entry.placed === 'unknown' ? undefined : fileOutside(entry.source, place);
  if (source && identity(source.stat) === id) return true;
  const digest = entry.placed === 'copy' ? entry.sha256 : await digestOfFile(file);
  if ((await known.digests()).has(digest)) return true;
  return source !== undefined && source.stat.size === size && (await digestOfFile(source.file)) === digest;
}

/** The file that a record names as a source, unless it lies in the folders itself. */
function fileOutside(
  file: string,
  { dir, folders }: Place,
): { file: string; stat: fs.BigIntStats } | undefined {
  try {
    const real = realPath(file);
    const stat = fs.statSync(bytesOf(real), { bigint: true });
    const isOutside = folders.every((part) => !isWithin(real, path.join(dir, part)));
    return stat.isFile() && isOutside ? { file: real, stat } : undefined;
  } catch {
    return undefined;
  }
}

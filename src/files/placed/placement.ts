/** What is to be placed: the sources as they are now, what of them is there already, and how the rest can be placed. */
import fs from 'node:fs';
import path from 'node:path';
import { problem } from '../../check';
import { shownPath } from '../../paths';
import { bytesOf, realPath } from '../byte-names';
import { identity } from '../identity';
import type { KnownFiles, OwnFile } from './own-files';
import type { PlacedEntry, PlacedRecord } from './placed-record';

/** A file to be placed: `target` relative to the folder that it is placed in, with `/`: `train/cats/cat.0.jpg`. */
export interface PlacedFile {
  source: string;
  target: string;
}

/** The name that a file has in the folder while it is copied. */
export const unfinished = '.little-data-split.part';

/** A file to be placed, as it is now. */
export interface Source {
  target: string;
  /** The file's own path: a symbolic link is followed. */
  file: string;
  stat: fs.BigIntStats;
}

/** Looks at a file. @throws LittleDataError where it is gone, or no file. */
export function fileAt({ source, target }: PlacedFile): Source {
  let found: string;
  try {
    const file = realPath(source);
    const stat = fs.statSync(bytesOf(file), { bigint: true });
    if (stat.isFile()) return { target, file, stat };
    found = stat.isDirectory() ? 'a folder' : 'a pipe, socket or device';
  } catch (error) {
    found = (error as NodeJS.ErrnoException).code ?? String(error);
  }
  throw problem({
    where: shownPath(source),
    expected: 'a file to be placed',
    found,
    next: 'Look where it went, and run the cell again.',
  });
}

/** The SHA-256 of a file's bytes. */
export type Digest = (source: Source) => Promise<string>;

/** The sources as those that tell which files are theirs. */
export function knownFiles(sources: readonly Source[], digestOf: Digest): KnownFiles {
  let digests: Promise<ReadonlySet<string>> | undefined;
  return {
    ids: new Set(sources.map(({ stat }) => identity(stat))),
    digests: () => {
      digests ??= allDigests(sources, digestOf);
      return digests;
    },
  };
}

async function allDigests(sources: readonly Source[], digestOf: Digest): Promise<ReadonlySet<string>> {
  const digests = new Set<string>();
  for (const source of sources) digests.add(await digestOf(source));
  return digests;
}

/** The digest of a source, as `digest` computes it. @throws LittleDataError where it can't be read. */
export async function digestOfSource(
  { file }: Source,
  digest: (file: string) => Promise<string>,
): Promise<string> {
  try {
    return await digest(file);
  } catch (error) {
    throw problem({
      where: shownPath(file),
      expected: 'a file that can be read',
      found: (error as NodeJS.ErrnoException).code ?? String(error),
      next: 'Change its permissions, or move it elsewhere.',
    });
  }
}

/** The targets where the file that is wanted there lies already: its second name, or a copy with its very bytes. */
export async function keptFiles(
  sources: readonly Source[],
  { own, digestOf }: { own: ReadonlyMap<string, OwnFile>; digestOf: Digest },
): Promise<Map<string, PlacedEntry>> {
  const kept = new Map<string, PlacedEntry>();
  for (const source of sources) {
    const there = own.get(source.target);
    if (!there) continue;
    if (there.id === identity(source.stat)) kept.set(source.target, linkOf(source));
    else if (there.entry.placed === 'copy' && there.entry.sha256 === (await digestOf(source)))
      kept.set(source.target, { ...there.entry, source: source.file });
  }
  return kept;
}

function linkOf({ file, stat }: Source): PlacedEntry {
  return { placed: 'link', source: file, dev: String(stat.dev), ino: String(stat.ino) };
}

/** The entry of a file that is copied. */
export async function copyOf(source: Source, digestOf: Digest): Promise<PlacedEntry> {
  return {
    placed: 'copy',
    source: source.file,
    size: Number(source.stat.size),
    sha256: await digestOf(source),
  };
}

/** The record as it will be: links where the disk of the source allows them, as one try a disk tells. */
export async function plan(
  dir: string,
  {
    sources,
    kept,
    digestOf,
  }: { sources: readonly Source[]; kept: ReadonlyMap<string, PlacedEntry>; digestOf: Digest },
): Promise<PlacedRecord> {
  const record: PlacedRecord = new Map();
  const linkable = new Map<bigint, boolean>();
  for (const source of sources) {
    const { dev } = source.stat;
    const there = kept.get(source.target);
    if (!there && !linkable.has(dev)) linkable.set(dev, canLink(dir, source));
    record.set(source.target, there ?? (linkable.get(dev) ? linkOf(source) : await copyOf(source, digestOf)));
  }
  return record;
}

function canLink(dir: string, { file }: Source): boolean {
  const beside = path.join(dir, unfinished);
  try {
    fs.linkSync(bytesOf(file), beside);
    return true;
  } catch {
    return false;
  } finally {
    fs.rmSync(beside, { force: true });
  }
}

/** Throws where two files of one name would end in one file. */
export function checkTargets(files: readonly PlacedFile[]): void {
  const seen = new Map<string, string>();
  for (const { source, target } of files) {
    const other = seen.get(target);
    seen.set(target, source);
    if (other === undefined) continue;
    throw problem({
      where: shownPath(source),
      expected: 'a name that no other file of its folder has',
      found: `that of ${shownPath(other)}`,
      next: 'Rename one of the two.',
    });
  }
}

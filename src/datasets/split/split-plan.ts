/** What a split will be: the photos as they are now, what of it is there already, and how the rest can be placed. */
import fs from 'node:fs';
import path from 'node:path';
import { problem } from '../../check';
import { digestOfFile } from '../../files/digest';
import { identity } from '../../files/identity';
import { shownPath } from '../../paths';
import { digestPhoto } from '../inspect-photo';
import type { KnownPhotos, OwnFile } from './split-owned';
import type { PlacedEntry, SplitRecord } from './split-record';

/** A file to be placed: `target` relative to the folder of the split, with `/`: `train/cats/cat.0.jpg`. */
export interface PlacedFile {
  source: string;
  target: string;
}

/** The name that a photo has in the folder of the split while it is copied. */
export const unfinished = '.little-data-split.part';

/** A photo to be placed, as it is now. */
export interface Photo {
  target: string;
  /** The photo's own path: a symbolic link is followed. */
  file: string;
  stat: fs.BigIntStats;
}

/** Looks at a photo. @throws LittleDataError where it is gone, or no file. */
export function photoOf({ source, target }: PlacedFile): Photo {
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
export type Digest = (photo: Photo) => Promise<string>;

/** The photos as those that tell which files are theirs. */
export function knownPhotos(photos: readonly Photo[], digestOf: Digest): KnownPhotos {
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
export async function digestOfPhoto({ file }: Photo): Promise<string> {
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
export async function keptFiles(
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

/** The entry of a photo that is copied. */
export async function copyOf(photo: Photo, digestOf: Digest): Promise<PlacedEntry> {
  return {
    placed: 'copy',
    source: photo.file,
    size: Number(photo.stat.size),
    sha256: await digestOf(photo),
  };
}

/** The record of the split as it will be: links where the disk of the photo allows them, as one try a disk tells. */
export async function plan(
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

/** Throws where two photos of one name would end in one file. */
export function checkTargets(files: readonly PlacedFile[]): void {
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

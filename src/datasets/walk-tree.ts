/** Walks a folder of photos once: what in it is a photo, and what is passed over for which reason. */
import fs from 'node:fs';
import path from 'node:path';
import { bytesOf, entriesOf, realPath } from '../files/byte-names';
import { headLength, pictureKind } from '../images/picture-kind';
import { byCodePoint, hasPictureExtension, isJunk } from './photo-names';

/**
 * Why something is no photo of a listing: `'junk'`: what systems and tools leave (`.DS_Store`, `Thumbs.db`);
 * `'other'`: a file that is no picture; `'link'`: a link to what is listed already, or to nothing;
 * `'folder'`: a folder that can't be read.
 */
export type PassedOverAs = 'junk' | 'other' | 'link' | 'folder';

/** Something that is neither a photo nor a folder with photos. */
export interface PassedOver {
  /** Relative to the folder that was walked, with `/`. */
  filename: string;
  as: PassedOverAs;
}

/** What was found in a folder and the folders within it. */
export interface FolderTree {
  /** Relative, with `/`; folder by folder, each sorted by code point, as Python's `sorted(os.walk(...))` gives them. */
  photos: string[];
  /** The folders that were walked, relative, sorted by code point, without the one walked first (`''`). */
  folders: string[];
  passedOver: PassedOver[];
}

/**
 * Walks `dir` and all folders in it. A file with the extension of a picture is a photo whatever is in it (reading tells
 * later); any other file is one if its bytes start as a picture does. Links are followed once: to what is there already,
 * under its own name or by another link, they are passed over, so that no circle is walked and no photo counts twice.
 *
 * @throws the error of the file system where `dir` itself can't be read.
 */
export function walkTree(dir: string): FolderTree {
  const walk: Walk = { photos: [], folders: [], passedOver: [], links: [], seen: new Set() };
  const place = { real: realPath(dir), relative: '' };
  walk.root = place.real;
  visit(walk, place, entriesOf(dir));
  // All that has a place of its own is known before the first link is followed.
  for (let link = walk.links.shift(); link; link = walk.links.shift()) follow(walk, dir, link);
  const byPlace = (a: string, b: string) =>
    byCodePoint(folderOf(a), folderOf(b)) || byCodePoint(path.posix.basename(a), path.posix.basename(b));
  return {
    photos: walk.photos.sort(byPlace),
    folders: walk.folders.sort(byCodePoint),
    passedOver: walk.passedOver.sort((a, b) => byCodePoint(a.filename, b.filename)),
  };
}

/** The folder of a path with `/`; `''` for none. */
function folderOf(filename: string): string {
  return filename.slice(0, Math.max(filename.lastIndexOf('/'), 0));
}

/** `['a/b', 'a']` for `a/b/1.jpg`. */
export function foldersAbove(filename: string): string[] {
  const above: string[] = [];
  for (let folder = folderOf(filename); folder !== ''; folder = folderOf(folder)) above.push(folder);
  return above;
}

interface Walk extends FolderTree {
  links: string[];
  /** Real paths of the folders and photos that are listed. */
  seen: Set<string>;
  root?: string;
}

interface Place {
  /** The path without links. */
  real: string;
  /** The path from the folder that is walked. */
  relative: string;
}

function visit(walk: Walk, { real, relative }: Place, entries: ReturnType<typeof entriesOf>): void {
  walk.seen.add(real);
  for (const { name, entry } of entries) {
    const place = {
      real: path.join(real, name),
      relative: relative === '' ? name : `${relative}/${name}`,
    };
    if (isJunk(name)) walk.passedOver.push({ filename: place.relative, as: 'junk' });
    else if (entry.isSymbolicLink()) walk.links.push(place.relative);
    else if (entry.isDirectory()) enter(walk, place);
    else take(walk, place, entry.isFile());
  }
}

function enter(walk: Walk, place: Place): void {
  if (walk.seen.has(place.real)) {
    walk.passedOver.push({ filename: place.relative, as: 'link' });
    return;
  }
  let entries: ReturnType<typeof entriesOf>;
  try {
    entries = entriesOf(place.real);
  } catch {
    walk.passedOver.push({ filename: place.relative, as: 'folder' });
    return;
  }
  walk.folders.push(place.relative);
  visit(walk, place, entries);
}

function take(walk: Walk, { real, relative }: Place, isFile: boolean): void {
  if (walk.seen.has(real)) walk.passedOver.push({ filename: relative, as: 'link' });
  else if (hasPictureExtension(relative) || (isFile && startsAsPicture(real))) {
    walk.seen.add(real);
    walk.photos.push(relative);
  } else walk.passedOver.push({ filename: relative, as: 'other' });
}

function follow(walk: Walk, dir: string, relative: string): void {
  let real: string;
  let stat: fs.Stats;
  try {
    real = realPath(path.join(dir, relative));
    stat = fs.statSync(bytesOf(real));
  } catch {
    // A link to nothing that is called a photo counts as one: reading it gives the reason.
    if (hasPictureExtension(relative)) walk.photos.push(relative);
    else walk.passedOver.push({ filename: relative, as: 'link' });
    return;
  }
  const leadsAround = `${walk.root}${path.sep}`.startsWith(real.endsWith(path.sep) ? real : real + path.sep);
  if (stat.isDirectory() && leadsAround) walk.passedOver.push({ filename: relative, as: 'link' });
  else if (stat.isDirectory()) enter(walk, { real, relative });
  else take(walk, { real, relative }, stat.isFile());
}

/** Whether a file without the extension of a picture is one by its bytes. */
function startsAsPicture(file: string): boolean {
  try {
    const descriptor = fs.openSync(bytesOf(file), fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0));
    try {
      const head = Buffer.alloc(headLength);
      return pictureKind(head.subarray(0, fs.readSync(descriptor, head, 0, headLength, 0))) !== undefined;
    } finally {
      fs.closeSync(descriptor);
    }
  } catch {
    return false;
  }
}

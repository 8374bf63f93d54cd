/** What the store remembers of photos' files, so that a file that was read once is not read again to know its hash. */
import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import fs from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import { writeWhole } from '../../files/atomic';
import { named, sha256Text } from '../../files/record';
import { storePath } from './store-folder';

/**
 * A file that was changed less than this (ms) before it was looked at may change again without another time: the
 * coarsest file systems count in steps of two seconds.
 */
const settledAfter = 2500;

/** So many files are written at once. A kill loses what was remembered since. */
const mostUnwritten = 1000;

/** What tells one state of a file from another. */
export type FileState = Pick<Stats, 'size' | 'mtimeMs' | 'ctimeMs' | 'ino'>;

/** A file that was read: its absolute path, its state before and after, and the hash of its bytes (hexadecimal). */
export interface SeenFile {
  path: string;
  state: FileState;
  hash: string;
}

const record = named(v.string(), v.tuple([v.number(), v.number(), v.number(), v.number(), sha256Text]));
type Folder = v.InferOutput<typeof record>;

/** The memory of one run. There is a file for each folder of photos, which is read when the first photo is asked for. */
export class SeenFiles {
  private readonly known = new Map<string, Folder>();
  private readonly news = new Map<string, Folder>();
  private unwritten = 0;

  /** The hash of a file's bytes, where the file was seen in this very state. */
  hashOf(file: string, { size, mtimeMs, ctimeMs, ino }: FileState): string | undefined {
    const folder = path.dirname(file);
    if (!this.known.has(folder)) this.known.set(folder, readFolder(folder));
    const seen = this.known.get(folder)![path.basename(file)];
    if (!seen) return undefined;
    // The time of the last change of the file's entry counts too: unlike that of its bytes, nobody can set it back.
    const same = seen[0] === size && seen[1] === mtimeMs && seen[2] === ctimeMs && seen[3] === ino;
    return same ? seen[4] : undefined;
  }

  /** Remembers a file, if it was left alone long enough for its times to vouch for its bytes. */
  remember({ path: file, state, hash }: SeenFile): void {
    const { size, mtimeMs, ctimeMs, ino } = state;
    if (Math.max(mtimeMs, ctimeMs) >= Date.now() - settledAfter) return;
    const folder = path.dirname(file);
    if (!this.news.has(folder)) this.news.set(folder, emptyFolder());
    this.news.get(folder)![path.basename(file)] = [size, mtimeMs, ctimeMs, ino, hash];
    this.unwritten++;
  }

  /** Writes what is new, once there is enough of it, or `all` of it. What other processes wrote meanwhile is kept. */
  write({ all = false } = {}): void {
    if (this.unwritten === 0 || (!all && this.unwritten < mostUnwritten)) return;
    for (const [folder, files] of this.news) {
      const merged = Object.assign(readFolder(folder), files);
      writeWhole(recordOf(folder), (descriptor) => fs.writeFileSync(descriptor, JSON.stringify(merged)));
    }
    this.news.clear();
    this.unwritten = 0;
  }
}

/** A record that can't be read, or that is damaged, is as good as none: its photos are read and hashed again. */
function readFolder(folder: string): Folder {
  try {
    const { success, output } = v.safeParse(record, JSON.parse(fs.readFileSync(recordOf(folder), 'utf8')));
    return success ? Object.assign(emptyFolder(), output) : emptyFolder();
  } catch {
    return emptyFolder();
  }
}

/** Without a prototype: a photo may be called `constructor`. */
function emptyFolder(): Folder {
  return Object.create(null) as Folder;
}

function recordOf(folder: string): string {
  return path.join(storePath(), 'seen', `${createHash('sha256').update(folder).digest('hex')}.json`);
}

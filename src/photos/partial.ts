/** The part of a file that was downloaded so far, and what the server said about the whole. */
import fs from 'node:fs';
import path from 'node:path';
import { problem } from '../check';
import { shownPath, writeWhole } from '../paths';
import { isRunning } from './part';

/** What tells one version of a file on a server from another. */
export interface Version {
  etag?: string;
  lastModified?: string;
}

/** A download that this process works on. */
export interface PartialDownload {
  /** `<file>.part`: the first bytes of the file. */
  path: string;
  /** Bytes there are. */
  size: () => number;
  /** What `If-Range` takes for the version that the bytes are of; undefined where the server named none that it takes. */
  validator: () => string | undefined;
  /** Throws the bytes away; those to come are of `version`. */
  restart: (version?: Version) => void;
  /** Ends the work: another process may go on with what is there. */
  release: () => void;
}

interface Note extends Version {
  url: string;
  /** The process that works on it. */
  pid?: number;
}

const own = new Set<string>();

/**
 * Claims `<file>.part` for this process, with the bytes that an earlier one left of the same `url`.
 * @throws LittleDataError where somebody else is downloading the same file.
 */
export function claimDownload(file: string, url: string): PartialDownload {
  const part = `${path.resolve(file)}.part`;
  const noteFile = `${part}.json`;
  const earlier = readNote(noteFile);
  const { pid } = earlier ?? {};
  if (own.has(noteFile) || (pid !== undefined && pid !== process.pid && isRunning(pid)))
    throw problem({
      where: shownPath(file),
      expected: 'one download of this file at a time',
      found: own.has(noteFile) ? 'one that runs already' : `one that the process ${pid} has begun`,
      next: `Wait until it is done. If there is none, delete ${shownPath(noteFile)} and start again.`,
    });
  let version: Version = {};
  const write = (note: Note) =>
    writeWhole(noteFile, (descriptor) => fs.writeFileSync(descriptor, `${JSON.stringify(note)}\n`));
  const partial: PartialDownload = {
    path: part,
    size: () => fs.statSync(part, { throwIfNoEntry: false })?.size ?? 0,
    validator: () => (version.etag?.startsWith('W/') ? undefined : version.etag) ?? version.lastModified,
    restart: (next = {}) => {
      fs.rmSync(part, { force: true });
      version = next;
      write({ url, ...version, pid: process.pid });
    },
    release: () => {
      own.delete(noteFile);
      try {
        if (partial.size() > 0) write({ url, ...version });
        else for (const left of [part, noteFile]) fs.rmSync(left, { force: true });
      } catch {
        // On a full disk the note stays as it was written first; whoever goes on sees that its process runs no more.
      }
    },
  };
  if (earlier?.url === url) {
    version = { etag: earlier.etag, lastModified: earlier.lastModified };
    write({ url, ...version, pid: process.pid });
  } else partial.restart();
  own.add(noteFile);
  return partial;
}

function readNote(noteFile: string): Note | undefined {
  try {
    const note = JSON.parse(fs.readFileSync(noteFile, 'utf8'));
    return typeof note?.url === 'string' ? note : undefined;
  } catch {
    return undefined;
  }
}

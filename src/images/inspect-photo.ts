/** What can be told of one photo by reading it: its digest, and whether a full decode gives a picture. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { bytesOf } from '../files/byte-names';
import { processState } from '../state';
import { decodePhoto, tooSlow, UnreadablePhoto } from './decode-photo';
import type { PictureKind } from './picture-kind';
import { readPhotoFile } from './read-photo-file';
import { Unusable } from './unreadable-photo';

/** A file's digest, or the reason why it has none. */
export interface PhotoDigest {
  /** SHA-256 of the bytes, 64 hexadecimal digits; undefined where the file can't be read. */
  sha256?: string;
  /** Why the photo can't be used. */
  reason?: string;
}

/** What a full decode tells of a photo. */
export interface PhotoFacts extends PhotoDigest {
  /** Length of the file; undefined where it can't be read. */
  bytes?: number;
  /** The format, found from the bytes. */
  kind?: PictureKind;
  /** In pixels, upright. */
  height?: number;
  /** In pixels, upright. */
  width?: number;
}

/** The digest of a photo's bytes; of a file that has not changed since, the one that was found before in this process. */
export function digestPhoto(file: string): Promise<PhotoDigest> {
  return remembered(file, {
    isEnough: () => true,
    find: async () => {
      const { bytes, reason } = await read(file);
      return bytes ? { sha256: digestOf(bytes) } : { reason };
    },
  });
}

/** Decodes a photo whole; of a file that has not changed since, the facts that were found before in this process. */
export function inspectPhoto(
  file: string,
  { maxSeconds }: { maxSeconds?: number } = {},
): Promise<PhotoFacts> {
  return remembered(file, {
    // With more time, a photo may be read that was not before.
    isEnough: ({ bytes, reason }) => bytes !== undefined && reason !== tooSlow,
    find: async () => {
      const { bytes, reason } = await read(file);
      if (!bytes) return { reason };
      const facts = { bytes: bytes.length, sha256: digestOf(bytes) };
      try {
        const { kind, height, width } = await decodePhoto(bytes, { maxSeconds });
        return { ...facts, kind, height, width };
      } catch (error) {
        if (error instanceof UnreadablePhoto) return { ...facts, reason: error.reason };
        throw error;
      }
    },
  });
}

async function read(file: string): Promise<{ bytes?: Buffer; reason?: string }> {
  try {
    return { bytes: await readPhotoFile(file) };
  } catch (error) {
    if (error instanceof Unusable) return { reason: error.reason };
    throw error;
  }
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Facts are kept by what changes with a file's content; the reason why a file can't be read is looked for each time. */
async function remembered(
  file: string,
  { isEnough, find }: { isEnough: (known: PhotoFacts) => boolean; find: () => Promise<PhotoFacts> },
): Promise<PhotoFacts> {
  const memory = processState('photo facts', () => new Map<string, { mark: string; facts: PhotoFacts }>());
  const mark = markOf(file);
  const known = memory.get(file);
  if (known && known.mark === mark && isEnough(known.facts)) return known.facts;
  const found = await find();
  if (mark !== undefined && found.sha256 !== undefined && mark === markOf(file))
    memory.set(file, { mark, facts: found });
  return found;
}

function markOf(file: string): string | undefined {
  try {
    const { dev, ino, size, mtimeMs, ctimeMs } = fs.statSync(bytesOf(file));
    return [dev, ino, size, mtimeMs, ctimeMs].join();
  } catch {
    return undefined;
  }
}

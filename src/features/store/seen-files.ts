/** What the store remembers of photos' files, so that a file that was read once is not read again to know its hash. */
import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import type { Database } from 'lmdb';

/**
 * A file that was changed less than this (ms) before it was looked at may change again without another time: the
 * coarsest file systems count in steps of two seconds.
 */
const settledAfter = 2500;

/** More files than this are forgotten, all at once: their photos are read and hashed again. */
const maxFiles = 2_000_000;

/** What tells one state of a file from another. */
export type FileState = Pick<Stats, 'size' | 'mtimeMs' | 'ctimeMs' | 'ino'>;

/** A file that was read: its absolute path, its state before and after, and the hash of its bytes (hexadecimal). */
export interface SeenFile {
  path: string;
  state: FileState;
  hash: string;
}

/** The hash of a file's bytes, where the store has seen it in this very state. */
export function seenHash(
  files: Database<Buffer, string>,
  path: string,
  state: FileState,
): string | undefined {
  const record = files.get(keyOf(path));
  if (record?.length !== 64) return undefined;
  return record.subarray(0, 32).equals(stateBytes(state)) ? record.toString('hex', 32) : undefined;
}

/** True where the file has been left alone long enough for its times to vouch for its bytes. */
export function isSettled({ mtimeMs, ctimeMs }: FileState, now = Date.now()): boolean {
  return Math.max(mtimeMs, ctimeMs) < now - settledAfter;
}

/** Remembers files; to be called within a batch. */
export function rememberFiles(files: Database<Buffer, string>, seen: readonly SeenFile[]): void {
  for (const { path, state, hash } of seen)
    files.put(keyOf(path), Buffer.concat([stateBytes(state), Buffer.from(hash, 'hex')]));
}

/** Forgets all files where they have become too many. */
export async function forgetFiles(files: Database<Buffer, string>): Promise<void> {
  if ((files.getStats() as { entryCount: number }).entryCount > maxFiles) await files.clearAsync();
}

/** A path may be longer than a key can be. */
function keyOf(path: string): string {
  return createHash('sha256').update(path).digest('base64url');
}

/** The time of the last change of the file's entry counts as well: unlike that of its bytes, nobody can set it back. */
function stateBytes({ size, mtimeMs, ctimeMs, ino }: FileState): Buffer {
  return Buffer.from(Float64Array.of(size, mtimeMs, ctimeMs, ino).buffer);
}

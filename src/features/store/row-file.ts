/** A row of features on the disk: a file named by its key, with a checksum in front that is verified on reading. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { newToken } from '../../files/owner.cjs';
import { storePath } from './store-folder';

const checksumBytes = 16;

/** Where the row of a key lies: 256 folders, so that no folder grows too large. */
export function rowPath(key: string): string {
  return path.join(storePath(), 'rows', key.slice(0, 2), key);
}

/**
 * The row of a key; `undefined` where there is none, or where the file is not what was written. It is read in one call: on a
 * local disk, promises take twice as long.
 */
export function readRow(key: string): Float32Array | undefined {
  let bytes: Buffer;
  try {
    bytes = fs.readFileSync(rowPath(key));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const values = bytes.subarray(checksumBytes);
  if (values.length === 0 || values.length % 4 !== 0) return undefined;
  if (!checksum(key, values).equals(bytes.subarray(0, checksumBytes))) return undefined;
  return new Float32Array(values.buffer.slice(values.byteOffset, values.byteOffset + values.length));
}

/**
 * Writes a row. It appears whole or not at all to every process that shares the disk. A power cut may still damage it:
 * the checksum tells, and the row is computed again. So no time is spent on syncing.
 * @returns the bytes written.
 */
export async function writeRow(key: string, row: Float32Array): Promise<number> {
  const file = rowPath(key);
  const beside = `${file}.${newToken()}.part`;
  const values = Buffer.from(row.buffer, row.byteOffset, row.byteLength);
  const bytes = Buffer.concat([checksum(key, values), values]);
  await fs.promises.mkdir(path.dirname(file), { recursive: true });
  try {
    await fs.promises.writeFile(beside, bytes, { flag: 'wx' });
    await fs.promises.rename(beside, file);
  } catch (error) {
    await fs.promises.rm(beside, { force: true }).catch(() => undefined);
    throw error;
  }
  return bytes.length;
}

/** Of the key as well: a row under another photo's key is no better than a damaged one. */
function checksum(key: string, values: Uint8Array): Buffer {
  return createHash('sha256').update(key).update(values).digest().subarray(0, checksumBytes);
}

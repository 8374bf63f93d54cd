/** SHA-256 of a file's bytes, read piece by piece. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { bytesOf } from './byte-names';

/** The digest, hexadecimal. @throws the error of the file system where it can't be read. */
export async function digestOfFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(fs.createReadStream(bytesOf(file)), hash);
  return hash.digest('hex');
}

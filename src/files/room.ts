/** Room on a disk, looked at before hours of work and not after. */
import fs from 'node:fs';
import path from 'node:path';
import { LittleDataError } from '../check';
import { shownPath } from '../paths';
import { shownBytes } from './shown-bytes';

/**
 * Throws where the disk of `file` has no room for so many bytes.
 *
 * @param file its folder is there.
 * @param next what is kept and how to resume: whole sentences.
 */
export function checkRoom(file: string, bytes: number, next: string): void {
  const { bavail, bsize } = fs.statfsSync(path.dirname(path.resolve(file)));
  if (bavail * bsize >= bytes) return;
  const [needed, free] = [bytes, bavail * bsize].map(shownBytes);
  throw new LittleDataError(
    `The disk is full: there is no room for ${shownPath(file)}, ${free} are free, ${needed} are needed. Make room. ${next}`,
  );
}

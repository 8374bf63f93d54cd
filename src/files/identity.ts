/** Which file or folder of the disk a path means: two paths of one file have one identity, however they are spelt. */
import fs from 'node:fs';
import path from 'node:path';
import { bytesOf, realPath } from './byte-names';

/** Device and inode of what lies at `place`, links followed; `undefined` where nothing can be found there. */
export function identityOf(place: string): string | undefined {
  try {
    return identity(fs.statSync(bytesOf(place), { bigint: true }));
  } catch {
    return undefined;
  }
}

/** Device and inode as one text. Both may be too large for a number. */
export function identity({ dev, ino }: { dev: bigint; ino: bigint }): string {
  return `${dev}:${ino}`;
}

/**
 * Whether `place` is the existing folder `folder` or lies in it. `place` need not exist. The folders are compared by identity,
 * so that links, bind mounts, and names on a disk that ignores case are seen through.
 */
export function isWithin(place: string, folder: string): boolean {
  const wanted = identityOf(folder);
  if (wanted === undefined) return false;
  for (let at = deepestExisting(path.resolve(place)); ; at = path.dirname(at)) {
    if (identityOf(at) === wanted) return true;
    if (path.dirname(at) === at) return false;
  }
}

/** The real path of `place`, or of the deepest folder above it that exists. */
function deepestExisting(place: string): string {
  try {
    return realPath(place);
  } catch {
    const above = path.dirname(place);
    return above === place ? place : deepestExisting(above);
  }
}

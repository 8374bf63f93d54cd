/** What lies at a path that a person gave. */
import fs from 'node:fs';
import { problem } from '../check';
import { shownPath } from '../paths';

/**
 * The file or folder at `place`, links followed; `undefined` where there is none, also where a folder of the path is a file.
 * @throws LittleDataError where the system does not allow to look.
 */
export function entryAt(place: string): fs.Stats | undefined {
  try {
    return fs.statSync(place);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw problem({
      where: shownPath(place),
      expected: 'a path that can be read',
      found: `the error ${code}`,
      next: 'Correct the path, or change the permissions of its folders.',
    });
  }
}

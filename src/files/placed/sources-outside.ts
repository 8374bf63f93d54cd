/** Files that are to be placed lie outside the folders that they are placed in. */
import path from 'node:path';
import { problem } from '../../check';
import { shownPath } from '../../paths';
import { realPath } from '../byte-names';
import { isWithin } from '../identity';

/**
 * Throws where a source lies in a folder for placed files: there it could not be told from these. Links are resolved.
 *
 * @param options `dir`, `folders`: as for `placeFiles`.
 */
export function checkSourcesOutside(
  sources: readonly string[],
  { dir, folders }: { dir: string; folders: readonly string[] },
): void {
  const places = folders.map((name) => path.join(dir, name));
  for (const folder of new Set(sources.flatMap(realFolder))) {
    const place = places.find((it) => isWithin(folder, it));
    if (place === undefined) continue;
    throw problem({
      where: shownPath(dir),
      expected: 'a folder without any of the files that are to be placed in it',
      found: `some in ${shownPath(place)}`,
      next: 'Name another folder.',
    });
  }
}

/** The folder that a file lies in, links resolved; none for a file that is missing. */
function realFolder(file: string): string[] {
  try {
    return [path.dirname(realPath(file))];
  } catch {
    return [];
  }
}

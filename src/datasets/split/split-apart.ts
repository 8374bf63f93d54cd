/** A split and its photos are apart: neither lies in the other. */
import path from 'node:path';
import { problem } from '../../check';
import { isWithin } from '../../files/identity';
import { shownPath } from '../../paths';
import { splitFolders } from '../layout-of';

/**
 * Throws where a folder that a split writes, `outDir/train` and so on, lies in one that is searched for photos: the next run
 * would find the split among them.
 *
 * @param folders the folders that are searched.
 */
export function checkOutside(folders: readonly string[], { outDir }: { outDir: string }): void {
  for (const folder of new Set(folders))
    for (const part of splitFolders.map((name) => path.join(outDir, name)))
      if (isWithin(part, folder))
        throw overlap(`a folder outside ${shownPath(folder)}, whose photos are to be split`, shownPath(part));
}

function overlap(expected: string, found: string): Error {
  return problem({
    where: '`outDir`',
    expected,
    found,
    next: 'Name another folder as `outDir`. Photos that are split already can go to flowFromDirectory as they are.',
  });
}

/** A split and its photos are apart: neither lies in the other. */
import fs from 'node:fs';
import path from 'node:path';
import { problem } from '../../check';
import { isWithin } from '../../files/identity';
import { shownPath } from '../../paths';
import { partNames } from './split-record';

/**
 * Throws where a folder that a split writes, `outDir/train` and so on, lies in one that is searched for photos: the next run
 * would find the split among them.
 *
 * @param folders the folders that are searched.
 */
export function checkOutside(folders: readonly string[], { outDir }: { outDir: string }): void {
  for (const folder of new Set(folders))
    for (const part of partNames.map((name) => path.join(outDir, name)))
      if (isWithin(part, folder))
        throw overlap(`a folder outside ${shownPath(folder)}, whose photos are to be split`, shownPath(part));
}

/**
 * Throws where photos lie in a folder that a split writes: there they could not be told from its own files.
 *
 * @param photos the photos' files.
 */
export function checkNoPhotos(photos: readonly string[], { outDir }: { outDir: string }): void {
  const parts = partNames.map((name) => path.join(outDir, name));
  for (const folder of new Set(photos.flatMap(realFolder))) {
    const part = parts.find((it) => isWithin(folder, it));
    if (part === undefined) continue;
    throw overlap('a folder without any of the photos to be split', `some in ${shownPath(part)}`);
  }
}

/** The folder that a photo lies in, links resolved; none for a photo that is missing. */
function realFolder(file: string): string[] {
  try {
    return [path.dirname(fs.realpathSync.native(file))];
  } catch {
    return [];
  }
}

function overlap(expected: string, found: string): Error {
  return problem({
    where: '`outDir`',
    expected,
    found,
    next: 'Name another folder as `outDir`. Photos that are split already can go to flowFromDirectory as they are.',
  });
}

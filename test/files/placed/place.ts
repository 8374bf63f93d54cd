import { splitFolders } from '../../../src/datasets/layout-of';
import { isJunk } from '../../../src/datasets/photo-names';
import { placeFiles as place } from '../../../src/files/placed/place-files';
import type { PlacedFile } from '../../../src/files/placed/placement';

/** Places files as `splitDataset` does. */
export function placeFiles(dir: string, files: readonly PlacedFile[]): ReturnType<typeof place> {
  return place(dir, files, { folders: splitFolders, isIgnored: isJunk });
}

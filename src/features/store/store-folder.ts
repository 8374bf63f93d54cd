/** Where the feature store lies, and the files in it. */
import fs from 'node:fs';
import path from 'node:path';
import { problem } from '../../check';
import { isLeftover } from '../../files/atomic';
import { sharedDataPath, shownPath } from '../../paths';

/** A file of the store. */
export interface StoredFile {
  /** Absolute. */
  path: string;
  bytes: number;
  /** When it was last used, in milliseconds. */
  used: number;
}

/** The folders of the store: rows of features, and what is known of photos' files. */
export const kinds = ['rows', 'seen'] as const;

/** The files that version 0.1.0 kept its features in. They are not read any more. */
const earlier = ['data.mdb', 'lock.mdb'];

/** The store's folder. */
export function storePath(): string {
  return sharedDataPath('cache', 'features');
}

/** All files of one kind, unfinished ones too. A file that another process removes meanwhile is left out. */
export function storedFiles(kind: (typeof kinds)[number]): StoredFile[] {
  const folder = path.join(storePath(), kind);
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .flatMap((entry) => {
      const file = path.join(entry.parentPath, entry.name);
      const stat = fs.statSync(file, { throwIfNoEntry: false });
      return stat ? [{ path: file, bytes: stat.size, used: stat.mtimeMs }] : [];
    });
}

/**
 * Removes files until the rest takes no more than `maxBytes`: those first that were not used for the longest time. What killed
 * processes left unfinished is removed in any case.
 */
export async function enforceLimit(maxBytes: number): Promise<void> {
  const files: StoredFile[] = [];
  for (const file of kinds.flatMap(storedFiles))
    if (isLeftover(file.path)) await fs.promises.rm(file.path, { force: true });
    else files.push(file);
  let excess = files.reduce((sum, { bytes }) => sum + bytes, -maxBytes);
  files.sort((a, b) => a.used - b.used);
  for (const { path: file, bytes } of files) {
    if (excess <= 0) return;
    await fs.promises.rm(file, { force: true });
    excess -= bytes;
  }
}

/** Removes the store. Other runs that use it lose nothing but what they kept. */
export function removeStore(): void {
  const folder = storePath();
  try {
    for (const name of [...kinds, ...earlier])
      fs.rmSync(path.join(folder, name), { recursive: true, force: true, maxRetries: 5 });
  } catch (error) {
    throw problem({
      where: shownPath(folder),
      expected: 'a feature store that can be removed',
      found: (error as Error).message,
      next: 'Shut down other notebooks that use it, and try again.',
    });
  }
}

/** A sentence about features of version 0.1.0 that take room and are not read; `undefined` where there are none. */
export function earlierStore(): string | undefined {
  const file = path.join(storePath(), earlier[0]!);
  if (!fs.existsSync(file)) return undefined;
  return (
    `${shownPath(file)} (${Math.ceil(fs.statSync(file).size / 1e6)} MB) holds features of an earlier version, which are not read any ` +
    'more. It was left as it is. Delete it to free the space.'
  );
}

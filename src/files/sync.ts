/** Puts what was written on the disk itself: until then a power cut can leave a file empty under its name. */
import fs from 'node:fs';
import path from 'node:path';
import { bytesOf } from './byte-names';

/** So many files at once: the disk then writes its journal once for several. */
const atOnce = 16;

/** Windows syncs only what was opened for writing. */
const flags = process.platform === 'win32' ? 'r+' : 'r';

/** The bytes of a file. */
export function syncFile(file: string): void {
  syncOpened(file, flags);
}

/** The names in a folder. Some systems and disks can't: there it does nothing. */
export function syncFolder(dir: string): void {
  try {
    syncOpened(dir, 'r');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (!['EINVAL', 'EPERM', 'EISDIR', 'EACCES', 'ENOTSUP'].includes(code ?? '')) throw error;
  }
}

/** All files and folders below `dir`, the deepest folders first, then `dir` itself. */
export async function syncTree(dir: string): Promise<void> {
  const entries = fs.readdirSync(dir, { recursive: true, withFileTypes: true });
  const placed = (wanted: fs.Dirent[]) => wanted.map(({ parentPath, name }) => path.join(parentPath, name));
  const files = placed(entries.filter((entry) => entry.isFile())).values();
  const syncNext = async () => {
    for (const file of files) {
      const handle = await fs.promises.open(file, flags);
      await handle.sync().finally(() => handle.close());
    }
  };
  await Promise.all(Array.from({ length: atOnce }, syncNext));
  const folders = placed(entries.filter((entry) => entry.isDirectory()));
  for (const folder of folders.sort((a, b) => b.length - a.length)) syncFolder(folder);
  syncFolder(dir);
}

function syncOpened(file: string, how: string): void {
  const descriptor = fs.openSync(bytesOf(file), how);
  try {
    fs.fsyncSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}

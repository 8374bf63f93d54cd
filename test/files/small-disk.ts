/** A disk of its own for tests: small, or not to be written. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/** A mounted disk. */
export interface SmallDisk {
  path: string;
  /** Lets nothing be written any more. */
  close: () => void;
  remove: () => void;
}

/** Mounts a disk of this size (`'256k'`) below `dir`; undefined where that is not allowed. */
export function smallDisk(dir: string, size: string): SmallDisk | undefined {
  const place = fs.mkdtempSync(path.join(dir, 'disk-'));
  // Mounting needs the superuser; the machines of CI lend it without asking.
  const asSuperuser = process.env.CI && process.getuid?.() !== 0 ? ['sudo', '-n'] : [];
  const run = (...words: string[]) => {
    const [command, ...rest] = [...asSuperuser, ...words, place];
    return spawnSync(command!, rest).status === 0;
  };
  if (!run('mount', '-t', 'tmpfs', '-o', `size=${size},mode=0777`, 'tmpfs')) return undefined;
  return {
    path: place,
    close: () => void run('mount', '-o', 'remount,ro'),
    remove: () => void run('umount'),
  };
}

/** A folder below `dir` into which nothing can be written; undefined where none can be made. */
export function closedFolder(dir: string): Omit<SmallDisk, 'close'> | undefined {
  // The superuser may write into every folder, but not on a disk that is read-only.
  if (process.getuid?.() === 0) {
    const disk = smallDisk(dir, '64k');
    disk?.close();
    return disk;
  }
  if (process.platform === 'win32') return undefined;
  const place = fs.mkdtempSync(path.join(dir, 'closed-'));
  fs.chmodSync(place, 0o555);
  return { path: place, remove: () => fs.chmodSync(place, 0o755) };
}

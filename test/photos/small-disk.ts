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

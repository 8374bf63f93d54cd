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
  const mount = (...words: string[]) => spawnSync('mount', [...words, place]).status === 0;
  if (!mount('-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs')) return undefined;
  return {
    path: place,
    close: () => void mount('-o', 'remount,ro'),
    remove: () => {
      spawnSync('umount', [place]);
    },
  };
}

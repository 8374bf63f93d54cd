/** Places beside a weights file where it is written first, so that an interrupted write never stands under its name. */

import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

/** A new place beside `file`; what writers that were killed left there is removed. The folder is made. */
export function besideOf(file: string): string {
  fs.mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
  removeLeftovers(file);
  // Two calls may write the same file at once: each has a place of its own.
  return `${file}.${process.pid}-${randomUUID().slice(0, 8)}.part`;
}

/** The bytes reach the disk before the name does: a power cut must not leave an empty file under it. */
export function flush(file: string): void {
  const descriptor = fs.openSync(file, 'r+');
  try {
    fs.fsyncSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}

/** What a process that was killed while writing left beside the file. */
function removeLeftovers(file: string): void {
  const [folder, name] = [path.dirname(path.resolve(file)), path.basename(file)];
  for (const entry of fs.readdirSync(folder)) {
    const writer =
      entry.startsWith(`${name}.`) && /^(\d+)-[0-9a-f]{8}\.part$/.exec(entry.slice(name.length + 1));
    if (writer && !isRunning(Number(writer[1]))) fs.rmSync(path.join(folder, entry), { force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

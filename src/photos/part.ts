/** Folders that are filled beside their place: named after the process, removed when it ends or was killed. */
import fs from 'node:fs';
import path from 'node:path';

const own = new Set<string>();
let count = 0;

/** A folder's place while it is being filled. `release` removes what still lies there. */
export interface Part {
  path: string;
  release: () => void;
}

/**
 * The place `<dir>.<process>.<n>.part` for filling what becomes `dir`; not yet made. Removes the parts of `dir` that processes
 * left behind which run no more.
 */
export function claimPart(dir: string): Part {
  sweep(dir);
  const place = `${path.resolve(dir)}.${process.pid}.${count++}.part`;
  own.add(place);
  const release = () => {
    own.delete(place);
    fs.rmSync(place, { recursive: true, force: true });
  };
  return { path: place, release };
}

/** Whether a process with this id runs on this computer. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function sweep(dir: string): void {
  const folder = path.dirname(path.resolve(dir));
  const start = `${path.basename(dir)}.`;
  if (!fs.existsSync(folder)) return;
  for (const name of fs.readdirSync(folder)) {
    const [, pid] = (name.startsWith(start) && /^(\d+)\.\d+\.part$/.exec(name.slice(start.length))) || [];
    if (pid === undefined) continue;
    const place = path.join(folder, name);
    const inUse = Number(pid) === process.pid ? own.has(place) : isRunning(Number(pid));
    if (!inUse) fs.rmSync(place, { recursive: true, force: true });
  }
}

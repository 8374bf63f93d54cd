/** A file that says "this process is at work here": renewed while it lives, removed by its name alone, never used again. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { isRunning, newToken, pidOf, tokenForm } from './owner.cjs';

/** A claim of this process. */
export interface Claim {
  file: string;
  /** Whether nobody has removed it. */
  isThere: () => boolean;
  /** Shows to processes that can't see this one that it is still at work. */
  renew: () => void;
  withdraw: () => void;
}

/** A claim of somebody else. */
export interface OtherClaim {
  /** Who made it, in words: `process 12 on myhost`. */
  owner: string;
  /** Whether its process can be seen from here; otherwise only its age tells whether it is in use. */
  isSeen: boolean;
  /** Whether it is so old that it may be left over. */
  isStale: boolean;
}

/** When a claim was first found with the time of change that it has. */
export type Sightings = Map<string, { changed: number; since: number }>;

/** Makes the file `<stem>.<token>`. */
export function makeClaim(stem: string): Claim {
  const file = `${stem}.${newToken()}`;
  const host = os.hostname();
  const withdraw = () => fs.rmSync(file, { force: true });
  try {
    fs.writeFileSync(file, host, { flag: 'wx' });
  } catch (error) {
    withdraw();
    throw error;
  }
  return {
    file,
    isThere: () => fs.existsSync(file),
    // Written anew, not touched: so the time is that of the file system's clock, which all computers share.
    renew: () => void fs.promises.writeFile(file, host, { flag: 'r+' }).catch(() => undefined),
    withdraw,
  };
}

/**
 * The claims at `stem` beside `own` that may be in use. Those that are left over are removed: the process is seen to have
 * ended, or can't be seen and has not renewed its claim for `lease` milliseconds, nor while this one looked on for an eighth of it.
 */
export function otherClaims(
  stem: string,
  { own, lease, sightings }: { own: Claim; lease: number; sightings: Sightings },
): OtherClaim[] {
  const [folder, start] = [path.dirname(stem), `${path.basename(stem)}.`];
  const form = new RegExp(`^${tokenForm}$`);
  const now = look(own.file)?.changed ?? 0;
  return fs.readdirSync(folder).flatMap((name): OtherClaim[] => {
    const [file, token] = [path.join(folder, name), name.slice(start.length)];
    if (!name.startsWith(start) || !form.test(token) || file === own.file) return [];
    const isAlive = isRunning(token);
    const found = look(file);
    if (!found) return [];
    const age = now - found.changed;
    const isStale = isAlive === undefined && age > lease;
    if (isAlive === false || (isStale && watchedFor(file, found.changed, sightings) > lease / 8)) {
      fs.rmSync(file, { force: true });
      return [];
    }
    return [{ owner: `process ${pidOf(token)}${found.host}`, isSeen: isAlive !== undefined, isStale }];
  });
}

/** For how long (ms) this process has found a claim unchanged: a clock that was set forward must not end a lease. */
function watchedFor(file: string, changed: number, sightings: Sightings): number {
  const first = sightings.get(file);
  if (first?.changed === changed) return performance.now() - first.since;
  sightings.set(file, { changed, since: performance.now() });
  return 0;
}

/** `undefined` for a file that is gone. To open it makes a network file system ask for its times anew. */
function look(file: string): { changed: number; host: string } | undefined {
  try {
    const descriptor = fs.openSync(file, 'r');
    try {
      const host = fs.readFileSync(descriptor, 'utf8');
      const isName = /^[\w.-]{1,100}$/.test(host);
      return { changed: fs.fstatSync(descriptor).mtimeMs, host: isName ? ` on ${host}` : '' };
    } finally {
      fs.closeSync(descriptor);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

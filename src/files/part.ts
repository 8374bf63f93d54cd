/** Folders that are filled beside their place, by one process at a time, and get their name when they are whole. */
import fs from 'node:fs';
import path from 'node:path';
import { type LockOptions, withLockBeside } from './lock';
import { newToken, tokenForm } from './owner.cjs';
import { syncFolder, syncTree } from './sync';

/** A folder's place while it is being filled. */
export interface Part {
  /** `<dir>.<token>.part`, not yet made. */
  path: string;
  /**
   * Gives it the name `dir`, once all in it is on the disk. Without `makeRoom`, a `dir` with something in it is an error of
   * the file system. `makeRoom` moves it, or throws where it must stay, or leaves it to be removed.
   */
  finish: (makeRoom?: () => void) => Promise<void>;
}

/**
 * Runs `work` with a place for filling what becomes `dir`, while no other process fills `dir`. What is not finished is removed;
 * so are the parts of `dir` that killed processes left: who holds the lock knows that nobody is at work on them.
 *
 * @param options those of `withLock`.
 */
export function withPart<T>(
  dir: string,
  work: (part: Part) => Promise<T>,
  options: LockOptions = {},
): Promise<T> {
  const wanted = path.resolve(dir);
  return withLockBeside(
    wanted,
    async (lock) => {
      removeParts(wanted);
      const place = `${wanted}.${newToken()}.part`;
      const finish: Part['finish'] = async (makeRoom) => {
        await syncTree(place);
        lock.check();
        makeRoom?.();
        if (makeRoom && fs.existsSync(wanted)) exchange(place, wanted);
        else fs.renameSync(place, wanted);
        syncFolder(path.dirname(wanted));
      };
      try {
        return await work({ path: place, finish });
      } finally {
        fs.rmSync(place, { recursive: true, force: true });
      }
    },
    options,
  );
}

function exchange(filled: string, dir: string): void {
  const earlier = `${dir}.${newToken()}.earlier`;
  fs.renameSync(dir, earlier);
  try {
    fs.renameSync(filled, dir);
  } catch (error) {
    fs.renameSync(earlier, dir);
    throw error;
  }
  syncFolder(path.dirname(dir));
  fs.rmSync(earlier, { recursive: true, force: true });
}

/** Only for who holds the lock. A kill between the two renames of `exchange` left the earlier folder without its name. */
function removeParts(dir: string): void {
  const [folder, start] = [path.dirname(dir), `${path.basename(dir)}.`];
  const form = new RegExp(`^${tokenForm}\\.(part|earlier)$`);
  for (const name of fs.readdirSync(folder)) {
    const [, kind] = (name.startsWith(start) && form.exec(name.slice(start.length))) || [];
    if (kind === 'earlier' && !fs.existsSync(dir)) fs.renameSync(path.join(folder, name), dir);
    else if (kind) fs.rmSync(path.join(folder, name), { recursive: true, force: true });
  }
}

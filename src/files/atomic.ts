/** Files that appear whole or not at all: written beside their place, flushed to the disk, then renamed. */
import fs from 'node:fs';
import path from 'node:path';
import { diskFault } from '../paths';
import { isRunning, newToken, tokenForm } from './owner.cjs';
import { syncFile, syncFolder } from './sync';

/** What a process left that can't be seen from here is removed when it was not written to for so long (ms). */
const leftAfter = 24 * 3600_000;

/** How the name of an unfinished file ends. */
const unfinished = new RegExp(`\\.(${tokenForm})\\.part$`);

/**
 * Writes a file whole or not at all: beside its place first, flushed to the disk, then renamed over it.
 * The folder is made where it is missing. Nothing is left behind when `write` throws.
 * @throws where the disk is full or the place can't be written.
 */
export function writeWhole(file: string, write: (descriptor: number) => void): void {
  let beside: string | undefined;
  try {
    beside = besideOf(file);
    const descriptor = fs.openSync(beside, 'wx');
    try {
      write(descriptor);
    } finally {
      fs.closeSync(descriptor);
    }
    putInPlace(beside, file);
  } catch (error) {
    if (beside) removePart(beside);
    throw diskFault(error, {
      place: file,
      what: 'the file',
      next: 'Then run it again. An earlier file is unchanged.',
    });
  }
}

/**
 * A new place `<file>.<token>.part` for writing what becomes `file`. The folder is made. What earlier writers of the same file
 * left that were killed is removed.
 */
export function besideOf(file: string): string {
  const folder = path.dirname(path.resolve(file));
  fs.mkdirSync(folder, { recursive: true });
  removeLeftovers(folder, path.basename(file));
  return path.join(folder, `${path.basename(file)}.${newToken()}.part`);
}

/** Gives a file that was written beside its place its name; its bytes reach the disk before that. */
export function putInPlace(beside: string, file: string): void {
  syncFile(beside);
  fs.renameSync(beside, file);
  syncFolder(path.dirname(path.resolve(file)));
}

/** Whether `file` is an unfinished file whose writer is gone. */
export function isLeftover(file: string): boolean {
  const token = unfinished.exec(file)?.[1];
  if (token === undefined) return false;
  const isAlive = isRunning(token);
  if (isAlive !== undefined) return !isAlive;
  const stat = fs.lstatSync(file, { throwIfNoEntry: false });
  return stat !== undefined && Date.now() - stat.mtimeMs > leftAfter;
}

function removeLeftovers(folder: string, name: string): void {
  for (const entry of fs.readdirSync(folder)) {
    const isUnfinished = entry.startsWith(`${name}.`) && entry.slice(name.length).search(unfinished) === 0;
    if (isUnfinished && isLeftover(path.join(folder, entry))) removePart(path.join(folder, entry));
  }
}

/** Where even this fails (no such folder, no rights), there is nothing to remove, and the first error counts. */
function removePart(beside: string): void {
  try {
    fs.rmSync(beside, { force: true });
  } catch {}
}

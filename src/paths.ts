/** Where things lie: the project's folder and its `data/`, whatever folder a notebook runs in. */
import fs from 'node:fs';
import path from 'node:path';

/** The project's folder: the one whose `package.json` names this package. Absolute. */
export const projectRoot = path.resolve(__dirname, '..');

/**
 * A path below the project's `data/` (or below the folder named by the environment variable `LITTLE_DATA_DIR`).
 * `dataPath('train')` is `<project>/data/train`; the folder that would hold it is made.
 */
export function dataPath(...parts: string[]): string {
  const file = path.join(fromProject(process.env.LITTLE_DATA_DIR || 'data'), ...parts);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  return file;
}

/** `file` as an absolute path; a relative one is taken from the project's folder. */
export function fromProject(file: string): string {
  return path.resolve(projectRoot, file);
}

/** `file` as it is shown to people: relative to the project where it lies inside it. */
export function shownPath(file: string): string {
  const relative = path.relative(projectRoot, path.resolve(file));
  return relative === '' || relative.startsWith('..') || path.isAbsolute(relative) ? file : relative;
}

/**
 * Writes a file whole or not at all: beside its place first, flushed to the disk, then renamed over it.
 * The folder is made where it is missing. Nothing is left behind when `write` throws.
 */
export function writeWhole(file: string, write: (descriptor: number) => void): void {
  fs.mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
  const beside = `${file}.${process.pid}.part`;
  try {
    const descriptor = fs.openSync(beside, 'w');
    try {
      write(descriptor);
      fs.fsyncSync(descriptor);
    } finally {
      fs.closeSync(descriptor);
    }
    fs.renameSync(beside, file);
  } catch (error) {
    fs.rmSync(beside, { force: true });
    throw error;
  }
}

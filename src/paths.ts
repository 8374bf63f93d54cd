/** Where things lie: the project's folder and its `data/`, whatever folder a notebook runs in. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { LittleDataError, problem, show, shownLine } from './check';

/** The project's folder: the one whose `package.json` names this package. Absolute. */
export const projectRoot = path.resolve(__dirname, '..');

/**
 * A path for what a notebook writes: below a folder of its own in the project's `data/`, so that two notebooks never
 * overwrite each other's files. `dataPath('train')` is `<project>/data/notebooks/<the notebook's name>/train` where
 * JupyterLab tells the name, `<project>/data/train` in a program. The environment variable `LITTLE_DATA_FOLDER` names
 * another folder below `data/`, `LITTLE_DATA_DIR` another `data/`. The folder that would hold the path is made.
 *
 * @param parts folders and the file's name, one after the other; none for the folder itself.
 * @returns the path, absolute.
 * @example
 * ```ts
 * import { dataPath } from 'little-data';
 * console.log(dataPath('features.npy'));
 * ```
 */
export function dataPath(...parts: string[]): string {
  return sharedDataPath(
    process.env.LITTLE_DATA_FOLDER || notebookFolder(process.env.JPY_SESSION_NAME),
    ...parts,
  );
}

/** A path in `data/` itself, for what all notebooks share: photos, caches, records of runs. */
export function sharedDataPath(...parts: string[]): string {
  const file = path.join(fromProject(process.env.LITTLE_DATA_DIR || 'data'), ...parts);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  return file;
}

/** The folder below `data/` of the notebook that JupyterLab started this kernel for: its name, or its path in `notebooks/`. */
function notebookFolder(session = ''): string {
  const { dir, name, ext } = path.parse(session);
  if (ext !== '.ipynb') return '';
  const inside = path.relative(path.join(projectRoot, 'notebooks'), dir);
  const isInside = path.isAbsolute(session) && !inside.startsWith('..') && !path.isAbsolute(inside);
  return path.join('notebooks', isInside ? inside : '', name);
}

/**
 * Resolves a path that a caller gave: a relative path starts at the working directory of the process, `~/` is the home
 * folder. Shells expand `~/`, but not within quotes, and notebooks and configuration files don't.
 *
 * @param file the path.
 * @param name the argument's name, for the error.
 * @returns the path, absolute.
 * @throws LittleDataError where `file` is not a path.
 */
export function resolvePath(file: string, name = 'file'): string {
  if (typeof file === 'string' && file !== '' && !file.includes('\0')) return path.resolve(withHome(file));
  throw problem({
    where: `\`${name}\``,
    expected: 'a path',
    found: show(file),
    next: `Pass the path of a file or folder as \`${name}\`.`,
  });
}

/** Resolves a path from the environment or of a file of the project: a relative one starts at the project's folder. */
export function fromProject(file: string): string {
  return path.resolve(projectRoot, withHome(file));
}

function withHome(file: string): string {
  return file.replace(/^~(?=[/\\]|$)/, () => os.homedir());
}

/** `file` as it is shown to people: relative to the project where it lies inside it. */
export function shownPath(file: string): string {
  const relative = path.relative(projectRoot, path.resolve(file));
  const isOutside = relative === '' || relative.startsWith('..') || path.isAbsolute(relative);
  return shownLine(isOutside ? file : relative);
}

/**
 * The error to throw for one that the file system gave while `what` was written below `place`; other errors as they are.
 * `next` says what is kept and how to resume.
 */
export function diskFault(
  error: unknown,
  { place, what, next }: { place: string; what: string; next: string },
): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (error instanceof LittleDataError || code === undefined || syscall === undefined) return error;
  const full = code === 'ENOSPC' || code === 'EDQUOT';
  // Node's recursive mkdir gives ENOENT on a read-only disk.
  const closed = ['EACCES', 'EPERM', 'EROFS'].includes(code) || (code === 'ENOENT' && syscall === 'mkdir');
  const occupied = ['EISDIR', 'EEXIST', 'ENOTDIR'].includes(code);
  const remedy = closed
    ? 'Change its permissions, or name another folder'
    : occupied
      ? 'Correct the path'
      : 'Check the disk';
  if (full)
    return new LittleDataError(
      `The disk is full: there was no room for ${what} at ${shownPath(place)}. Make room. ${next}`,
    );
  return problem({
    where: shownPath(place),
    expected: `a place where ${what} can be written`,
    found: closed ? `a folder that may not be written (${code})` : `the error ${code}`,
    next: `${remedy}. ${next}`,
  });
}

/** Files and folders that are either the old ones or the whole new ones. */
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

/** The content of a JSON file, or `undefined` where there is none that can be read. */
export function readJson(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Writes `value` as JSON: beside its place first, then renamed over it. */
export function writeJson(file, value) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const beside = `${file}.${crypto.randomUUID()}.part`;
  fs.writeFileSync(beside, `${JSON.stringify(value, null, 2)}\n`);
  fs.renameSync(beside, file);
}

/** The SHA-256 of some text or bytes, in hexadecimal. */
export function sha256(content) {
  return crypto.createHash('sha256').update(content).digest('hex');
}

/** Size and time of change of a file (links followed), or `undefined` where it is missing. */
export function stampOf(file) {
  const found = fs.statSync(file, { throwIfNoEntry: false });
  return found && { size: found.size, mtimeMs: found.mtimeMs };
}

/** Whether the file is there and has the size and time of change of `stamp`. */
export function hasStamp(file, stamp) {
  const found = stampOf(file);
  return found !== undefined && found.size === stamp?.size && found.mtimeMs === stamp?.mtimeMs;
}

/** The bytes in all files below a folder; 0 where it is missing. */
export function folderSize(folder) {
  if (!fs.existsSync(folder)) return 0;
  let bytes = 0;
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) bytes += folderSize(file);
    else if (entry.isFile()) bytes += stampOf(file)?.size ?? 0;
  }
  return bytes;
}

/**
 * Gives `use` a folder of its own below `.cache/install/`, and removes it afterwards. Its name is never used again: what a
 * killed set-up has started keeps writing into the folder of that one.
 * @param {{ cache: string }} context
 * @param {(folder: string) => Promise<T>} use
 * @returns {Promise<T>}
 * @template T
 */
export async function withWorkFolder({ cache }, use) {
  const folder = path.join(cache, 'install', crypto.randomUUID());
  fs.mkdirSync(folder, { recursive: true });
  try {
    return await use(folder);
  } finally {
    removeWork(folder);
    try {
      fs.rmdirSync(path.dirname(folder));
    } catch {
      // There is another one.
    }
  }
}

/** Removes the work folders of set-ups that were killed. */
export function sweepWorkFolders({ cache }) {
  removeWork(path.join(cache, 'install'));
}

/** As far as it can be: a program that a killed set-up has started may still be writing there. */
function removeWork(folder) {
  try {
    fs.rmSync(folder, { recursive: true, force: true });
  } catch {
    // The next run removes the rest.
  }
}

/**
 * Puts a folder that was made elsewhere on the same disk into the place of another one.
 * @param {ReturnType<typeof import('./context.mjs').makeContext>} context
 * @param {string} name of the folder, in the project's
 * @param {string} made the folder that takes its place
 */
export function replaceFolder({ root, cache }, name, made) {
  const folder = path.join(root, name);
  const aside = asidePath(cache, name);
  const isThere = fs.lstatSync(folder, { throwIfNoEntry: false }) !== undefined;
  fs.rmSync(aside, { recursive: true, force: true });
  if (isThere) {
    fs.mkdirSync(path.dirname(aside), { recursive: true });
    fs.renameSync(folder, aside);
  }
  try {
    fs.renameSync(made, folder);
  } catch (error) {
    if (isThere) fs.renameSync(aside, folder);
    throw error;
  }
  fs.rmSync(aside, { recursive: true, force: true });
}

/**
 * Puts a folder back that a killed `replaceFolder` had left aside.
 * @param {ReturnType<typeof import('./context.mjs').makeContext>} context
 * @param {string} name of the folder, in the project's
 * @param {boolean} isWhole whether the folder that lies in its place was completed
 */
export function restoreFolder({ root, cache }, name, isWhole) {
  const folder = path.join(root, name);
  const aside = asidePath(cache, name);
  if (!fs.existsSync(aside)) return;
  if (!isWhole) {
    fs.rmSync(folder, { recursive: true, force: true });
    fs.renameSync(aside, folder);
  }
  fs.rmSync(aside, { recursive: true, force: true });
}

function asidePath(cache, name) {
  return path.join(cache, `${name}.earlier`);
}

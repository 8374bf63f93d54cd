/** Temporary folders of tiny photos for tests. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pngOf } from '../fixtures/pictures';

/** A temporary folder whose name begins with `name`; the test removes it. */
export function temporaryFolder(name: string): string {
  return fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), `little-data-${name}-`)));
}

/** Writes a file below `dir`, its folder included, and returns its path. */
export function put(dir: string, name: string, content: string | Uint8Array = 'text'): string {
  const file = path.join(dir, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, content);
  return file;
}

/** A PNG of 4 x 4 pixels of one colour; each `n` below 2 ** 24 gives other bytes. */
export function tinyPhoto(n: number): Buffer {
  return pngOf({ height: 4, width: 4 }, [n & 255, (n >> 8) & 255, (n >> 16) & 255]);
}

/** Writes photos below `dir`, each of another colour, counted from `first`. */
export function putPhotos(dir: string, names: readonly string[], first = 0): void {
  for (const [i, name] of names.entries()) put(dir, name, tinyPhoto(first + i));
}

/** All files below `dir`, relative with `/`, sorted. */
export function filesBelow(dir: string): string[] {
  return fs
    .readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(dir, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'))
    .sort();
}

/** Each file below `dir` with its SHA-256, and each link with where it leads: what must be the same when nothing is changed. */
export function everything(dir: string): Record<string, string> {
  const content = (file: string) =>
    fs.lstatSync(file).isSymbolicLink()
      ? `-> ${fs.readlinkSync(file)}`
      : createHash('sha256').update(fs.readFileSync(file)).digest('hex');
  return Object.fromEntries(filesBelow(dir).map((name) => [name, content(path.join(dir, name))]));
}

/** What `work` prints, line by line; it is kept from the test's own output. */
export async function printed<T>(work: () => T | Promise<T>): Promise<{ result: T; lines: string[] }> {
  const lines: string[] = [];
  const log = console.log;
  console.log = (...words: unknown[]) => void lines.push(...words.join(' ').split('\n'));
  try {
    return { result: await work(), lines };
  } finally {
    console.log = log;
  }
}

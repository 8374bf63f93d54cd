/** The record in a folder that a zip was unpacked into: which files it has, how long they are, and what was left out. */
import fs from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import { problem } from '../check';
import { shownPath } from '../paths';
import { writeWhole } from './atomic';
import { named, pathWithin, readRecord, wholeNumber } from './record';

const recordName = '.little-data-unpacked.json';

const schema = v.object({
  /** Bytes of each file, by its path with `/`. */
  files: named(pathWithin, wholeNumber),
  skipped: v.array(v.object({ entry: v.string(), reason: v.string() })),
});

/** What was unpacked into a folder. */
export type Unpacked = v.InferOutput<typeof schema>;

export function writeUnpacked(dir: string, unpacked: Unpacked): void {
  writeWhole(path.join(dir, recordName), (descriptor) =>
    fs.writeFileSync(descriptor, JSON.stringify(unpacked)),
  );
}

/** The record in `dir`; `undefined` where it has none. */
export function readUnpacked(dir: string): Unpacked | undefined {
  return readRecord(path.join(dir, recordName), schema, {
    what: 'the record of the photos that were unpacked there',
    next: `Move the folder ${shownPath(dir)} away or delete it, then run this again.`,
  });
}

/** A sentence that says which files of `dir` are missing or have another size than they had; `undefined` where none. */
export function damageOf(dir: string, { files }: Unpacked): string | undefined {
  const names = Object.keys(files);
  const wrong = names.filter((name) => sizeOf(path.join(dir, name)) !== files[name]);
  if (wrong.length === 0) return undefined;
  return (
    `${shownPath(dir)} is damaged, perhaps by a power cut: ${wrong.length} of the ${names.length} files that were unpacked ` +
    `there are missing or have another size (${listed(wrong)}).`
  );
}

/** Throws where there are other files in `dir` than those that were unpacked there. */
export function checkNothingAdded(dir: string, { files }: Unpacked): void {
  // Some disks store accents in another form than the zip has them.
  const known = new Set([recordName, ...Object.keys(files)].map((name) => name.normalize()));
  const added = fs
    .readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(dir, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'))
    .filter((name) => !known.has(name.normalize()));
  if (added.length === 0) return;
  throw problem({
    where: shownPath(dir),
    expected: 'only the files that were unpacked there, of which some are damaged or missing',
    found: `${added.length} of another origin (${listed(added)})`,
    next: 'Move these elsewhere, then run this again: the zip is then unpacked again.',
  });
}

/** What `damageOf` says of the unpacked folder that `dir` is or lies in, up to two levels above. */
export function damageAround(dir: string): string | undefined {
  for (const place of [dir, path.dirname(dir), path.dirname(path.dirname(dir))]) {
    const unpacked = readUnpacked(place);
    if (unpacked) return damageOf(place, unpacked);
  }
  return undefined;
}

function sizeOf(file: string): number | undefined {
  const stat = fs.lstatSync(file, { throwIfNoEntry: false });
  return stat?.isFile() ? stat.size : undefined;
}

function listed(names: readonly string[]): string {
  return `${names.slice(0, 3).join(', ')}${names.length > 3 ? ', ...' : ''}`;
}

/** The record of placed files: which ones lie in a folder, and how each is known again. */
import fs from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import { problem } from '../../check';
import { shownPath } from '../../paths';
import { writeWhole } from '../atomic';
import { named, pathWithin, readRecord, sha256Text, wholeNumber } from '../record';

export const recordName = '.little-data-split.json';

const decimal = v.pipe(v.string(), v.regex(/^\d{1,20}$/, 'expected a decimal number'));
const source = v.pipe(v.string(), v.minLength(1));

const entry = v.variant('placed', [
  v.object({ placed: v.literal('link'), source, dev: decimal, ino: decimal }),
  v.object({
    placed: v.literal('copy'),
    source,
    size: wholeNumber,
    sha256: sha256Text,
    /** See `stateOf`; only of copies that were completed. */
    state: v.optional(v.string()),
  }),
]);

const current = v.object({ version: v.literal(2), files: named(pathWithin, entry) });
const earlier = named(pathWithin, v.object({ size: v.number(), time: v.number() }));
const schema = v.lazy((input) =>
  input !== null && typeof input === 'object' && !('version' in input) ? earlier : current,
);

/**
 * How a file was placed: `'link'`: a second name of the file `source`, with its device and inode; `'copy'`: the same bytes;
 * `'unknown'`: as version 0.1.0 of this package recorded it, by size and time alone.
 */
export type PlacedEntry = v.InferOutput<typeof entry> | { placed: 'unknown' };

/** Target (`train/cats/cat.0.jpg`, with `/`) -> how it was placed. */
export type PlacedRecord = Map<string, PlacedEntry>;

/** The record in `dir`; empty where there is none. @throws LittleDataError where it is not what was written. */
export function readPlacedRecord(dir: string): PlacedRecord {
  const file = path.join(dir, recordName);
  const next = 'Move it and the folders beside it elsewhere, or name another folder.';
  const what = 'the record of the files that were placed there';
  const stat = fs.lstatSync(file, { throwIfNoEntry: false });
  if (stat && !stat.isFile())
    throw problem({ where: shownPath(file), expected: what, found: 'a link, folder or device', next });
  const record = readRecord(file, schema, { what, next });
  if (!record) return new Map();
  if (isCurrent(record)) return new Map(Object.entries(record.files));
  return new Map(Object.keys(record).map((target) => [target, { placed: 'unknown' }]));
}

/** Writes the record, whole or not at all. */
export function writePlacedRecord(dir: string, record: PlacedRecord): void {
  const text = JSON.stringify({ version: 2, files: Object.fromEntries(record) });
  writeWhole(path.join(dir, recordName), (descriptor) => fs.writeFileSync(descriptor, text));
}

/** What of a file changes with its bytes; nobody can set the time of its entry's last change back. */
export function stateOf({ ino, size, mtimeNs, ctimeNs }: fs.BigIntStats): string {
  return [ino, size, mtimeNs, ctimeNs].join();
}

function isCurrent(record: v.InferOutput<typeof schema>): record is v.InferOutput<typeof current> {
  return 'version' in record;
}

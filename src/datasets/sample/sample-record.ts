/** The record of a folder of drawings: which version and seed they are of, and the SHA-256 of each. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import { problem } from '../../check';
import { writeWhole } from '../../files/atomic';
import { digestOfFile } from '../../files/digest';
import { named, pathWithin, readRecord, sha256Text } from '../../files/record';
import { shownPath } from '../../paths';
import { byCodePoint, isJunk } from '../photo-names';
import type { Kind } from './drawing/coat';

/** Changes whenever the same seed gives other pictures: a folder of an earlier version is drawn anew. */
export const version = 1;

const recordName = 'sample.json';

const schema = v.object({
  version: v.pipe(v.number(), v.safeInteger()),
  seed: v.pipe(v.number(), v.safeInteger()),
  /** `train/cat.0.jpg` -> SHA-256. What a stop cut off is not in it, nor what version 0.1.0 drew. */
  files: v.optional(named(pathWithin, sha256Text), {}),
});

/** What `sample.json` holds. */
export type SampleRecord = v.InferOutput<typeof schema>;

/** Gives the bytes of a picture: the same ones each time. */
export type Draw = (kind: Kind, of: { seed: number; index: number }) => Promise<Uint8Array>;

/** Writes the record, whole or not at all. */
export function writeSampleRecord(dir: string, { version, seed, files }: SampleRecord): void {
  const sorted = Object.fromEntries(Object.entries(files).sort(([a], [b]) => byCodePoint(a, b)));
  const text = JSON.stringify({ version, seed, files: sorted });
  const file = path.join(dir, recordName);
  if (fs.existsSync(file) && fs.readFileSync(file, 'utf8') === text) return;
  writeWhole(file, (descriptor) => fs.writeFileSync(descriptor, text));
}

/**
 * The record of a folder, with the drawings that lie there: those that have the digest that it names, and those that it
 * doesn't name but that are drawn again with the very same bytes.
 * @throws LittleDataError where anything else lies there, or the record is not what was written.
 */
export async function ownDrawings(
  dir: string,
  { draw }: { draw: Draw },
): Promise<Partial<SampleRecord> & Pick<SampleRecord, 'files'>> {
  const record = readSampleRecord(dir);
  const files: Record<string, string> = {};
  for (const name of filesIn(dir)) {
    const digest = await digestOfDrawing(path.join(dir, name));
    if (
      digest === undefined ||
      digest !== (record?.files[name] ?? (await drawnAgain(name, { record, draw })))
    )
      throw problem({
        where: shownPath(path.join(dir, name)),
        expected: 'a folder of drawings that drawSample made, or an empty one',
        found: 'a file of another origin, or a drawing that was changed',
        next: 'It is left as it is. Move it elsewhere, or pass another folder to drawSample.',
      });
    files[name] = digest;
  }
  return { ...record, files };
}

function readSampleRecord(dir: string): SampleRecord | undefined {
  const file = path.join(dir, recordName);
  const what = 'the record that drawSample wrote';
  const next = 'Move it and the folder train beside it elsewhere, or pass another folder to drawSample.';
  const stat = fs.lstatSync(file, { throwIfNoEntry: false });
  if (stat && !stat.isFile())
    throw problem({ where: shownPath(file), expected: what, found: 'a link, folder or device', next });
  return readRecord(file, schema, { what, next });
}

/** What lies in `train`, but for what systems leave; `train` itself where it is no folder of its own. */
function filesIn(dir: string): string[] {
  const stat = fs.lstatSync(path.join(dir, 'train'), { throwIfNoEntry: false });
  if (!stat) return [];
  if (!stat.isDirectory()) return ['train'];
  return fs
    .readdirSync(path.join(dir, 'train'))
    .filter((name) => !isJunk(name))
    .map((name) => `train/${name}`);
}

/** `undefined` for a folder or a link: drawings are neither. */
async function digestOfDrawing(file: string): Promise<string | undefined> {
  return fs.lstatSync(file).isFile() ? digestOfFile(file) : undefined;
}

async function drawnAgain(
  name: string,
  { record, draw }: { record: SampleRecord | undefined; draw: Draw },
): Promise<string | undefined> {
  const [, kind, index] = /^train\/(cat|dog)\.(0|[1-9]\d{0,8})\.jpg$/.exec(name) ?? [];
  if (record?.version !== version || kind === undefined) return undefined;
  const bytes = await draw(kind as Kind, { seed: record.seed, index: Number(index) });
  return createHash('sha256').update(bytes).digest('hex');
}

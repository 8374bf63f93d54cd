/** The folder of the records of runs: one file for each, written whole and never changed. */
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { LittleDataError } from '../../check';
import { writeWhole } from '../../files/atomic';
import { readRecord } from '../../files/record';
import { fromProject, sharedDataPath } from '../../paths';
import { type RunRecord, runRecordSchema } from './run-record';

/** `data/runs/heads/`, or the folder that the environment variable `LITTLE_DATA_RUNS` names. */
export function runsFolder(): string {
  const named = process.env.LITTLE_DATA_RUNS;
  return named ? fromProject(named) : sharedDataPath('runs', 'heads');
}

/** An id for a run that ends at `time`; its random part tells runs of the same millisecond apart. */
export function newRunId(time: Date): string {
  return `${time.toISOString().replace(/[-:.Z]/g, '')}-${randomBytes(3).toString('hex')}`;
}

/** Writes a record. */
export function writeRun(record: RunRecord): void {
  const folder = runsFolder();
  fs.mkdirSync(folder, { recursive: true });
  const text = `${JSON.stringify(record)}\n`;
  writeWhole(path.join(folder, `${record.id}.json`), (descriptor) => fs.writeFileSync(descriptor, text));
}

/** All records, oldest first. */
export function readRuns(): RunRecord[] {
  return runNames().map(readRun);
}

/** The newest record; undefined where there is none, or it was damaged. */
export function newestRun(): RunRecord | undefined {
  const name = runNames().at(-1);
  try {
    return name === undefined ? undefined : readRun(name);
  } catch (error) {
    if (error instanceof LittleDataError) return undefined;
    throw error;
  }
}

/** How many records there are. */
export function countRuns(): number {
  return runNames().length;
}

function runNames(): string[] {
  const folder = runsFolder();
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder)
    .filter((name) => /^\d{8}T\d{9}-[0-9a-f]{6}\.json$/.test(name))
    .sort();
}

function readRun(name: string): RunRecord {
  const file = path.join(runsFolder(), name);
  return readRecord(file, runRecordSchema, {
    what: 'the record of a training run',
    next: 'Move it elsewhere, and run the cell again.',
  })!;
}

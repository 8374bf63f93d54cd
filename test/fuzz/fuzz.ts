/** Reads damaged files of one kind, and compares what is read with another program. */
import fs from 'node:fs';
import path from 'node:path';
import { seededRandom } from '../../src/random';
import { type Format, isRefusal } from './formats';
import { mutantOf, pick } from './mutants';
import { Reference } from './reference';

/** What a run found. */
export interface FuzzResult {
  /** Files that were made and read. */
  files: number;
  /** Files that were read, and not refused. */
  read: number;
  /** What went wrong: the seed of the file, and what happened. The files are kept. */
  faults: { seed: number; file: string; what: string }[];
}

/** Options of `fuzz`. */
export interface FuzzOptions {
  /** How many files are made. */
  count: number;
  /** Seed of the first one; each later one has the next. @default 0 */
  first?: number;
  /** When to stop, in milliseconds of `Date.now()`. @default never */
  until?: number;
  /** A Python with Pillow, h5py and NumPy. @default nothing is compared */
  python?: string;
  /** The folder for the files. Those with a fault stay there. */
  folder: string;
}

/** Longer than any file may take. */
const longest = 60_000;

/** Reads `count` damaged files of a kind. */
export async function fuzz(
  format: Format,
  { count, first = 0, until = Number.POSITIVE_INFINITY, python, folder }: FuzzOptions,
): Promise<FuzzResult> {
  fs.mkdirSync(folder, { recursive: true });
  const groups = await format.whole(folder);
  const reference = python ? new Reference(python, format.name) : undefined;
  const result: FuzzResult = { files: 0, read: 0, faults: [] };
  const readOne = async (seed: number) => {
    const random = seededRandom(seed);
    const file = path.join(folder, `${format.name}-${seed}.${format.extension}`);
    fs.writeFileSync(file, mutantOf(pick(pick(groups, random), random), groups.flat(), random));
    try {
      const ours = await inTime(format.read(file));
      result.read++;
      const differs = reference && format.difference(ours as never, await reference.read(file));
      if (differs) result.faults.push({ seed, file, what: differs });
      else fs.rmSync(file);
    } catch (error) {
      if (isRefusal(error, file)) fs.rmSync(file);
      else result.faults.push({ seed, file, what: String((error as Error)?.stack ?? error) });
    }
  };
  const worker = async () => {
    while (result.files < count && Date.now() < until) await readOne(first + result.files++);
  };
  try {
    await Promise.all([worker(), worker(), worker()]);
  } finally {
    reference?.close();
  }
  return result;
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${longest / 1000} s`)), longest);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Splits photos by the numbers in their names, as the tutorial does. */
import fs from 'node:fs';
import path from 'node:path';
import { checkInteger, problem, show } from '../../check';
import { mapFiles } from '../../notebook/map-files';
import { shownPath } from '../../paths';
import { digestPhoto } from '../inspect-photo';
import type { IndexedPhoto, PhotosByClass } from '../tutorial/cats-and-dogs';
import type { PhotoSource } from '../tutorial/find-photos';
import { sameBytes } from './share-out';

/** Fewer are read in about a second, which needs no progress bar. */
const manyPhotos = 5000;

/** First and last number of the photos of a part, both included: `[1000, 1400]` is 401 photos a class. */
export type IndexRange = readonly [first: number, last: number];

/** The photos of one part, class by class; of a source that is split already, those that it has there. */
export function pick(
  { parts, origin }: PhotoSource,
  part: 'train' | 'validation',
  range: IndexRange,
): PhotosByClass {
  const ready = parts[part];
  if (ready) return ready;
  const [first, last] = range;
  return Object.fromEntries(
    Object.entries(parts.all ?? {}).map(([name, photos]) => {
      const chosen = photos.filter(({ index }) => index >= first && index <= last);
      checkComplete(chosen, { photos, name, part, range, origin });
      return [name, chosen];
    }),
  );
}

/** Photos of both parts that are apart in their bytes as well as in their numbers. */
export interface ApartPhotos {
  train: PhotosByClass;
  validation: PhotosByClass;
  /** Validation photos whose bytes are in train, too, relative to the source, with the reason. */
  leftOut: { filename: string; reason: string }[];
  /** Photos of both parts whose bytes are the same, relative to the source: groups of two and more. */
  duplicates: string[][];
}

/**
 * Leaves validation photos out whose bytes are those of a train photo: what was trained on can't show how well the head does
 * on new photos. A photo that can't be read stays; it is named when it is used.
 */
export async function keepApart(
  { train, validation }: { train: PhotosByClass; validation: PhotosByClass },
  { dir, verbose }: { dir: string; verbose: number },
): Promise<ApartPhotos> {
  const trained = Object.values(train).flat();
  const files = [...trained, ...Object.values(validation).flat()].map(({ file }) => file);
  const alike = ofOneSize(files);
  const digests = await mapFiles(alike, digestPhoto, {
    verbose: alike.length > manyPhotos ? verbose : 0,
    kept: 'No file was placed yet. Run the cell again: what was read is remembered.',
  });
  const digestOf = new Map(alike.map((file, i) => [file, digests[i]!.sha256]));
  const nameOf = (file: string) => path.relative(dir, file).replaceAll(path.sep, '/');
  const trainedBytes = new Map(trained.map(({ file }) => [digestOf.get(file), nameOf(file)]));
  trainedBytes.delete(undefined);
  const leftOut: ApartPhotos['leftOut'] = [];
  const isNew = ({ file }: IndexedPhoto) => {
    const copyOf = trainedBytes.get(digestOf.get(file));
    if (copyOf !== undefined)
      leftOut.push({ filename: nameOf(file), reason: `the same bytes as ${copyOf}, a train photo` });
    return copyOf === undefined;
  };
  const kept = Object.entries(validation).map(([name, photos]) => [name, photos.filter(isNew)] as const);
  return {
    train,
    validation: Object.fromEntries(kept),
    leftOut,
    duplicates: sameBytes(alike.map((file) => ({ filename: nameOf(file), sha256: digestOf.get(file) }))),
  };
}

/** Throws unless the ranges are ranges and have no number in common. */
export function checkRanges(train: IndexRange, validation: IndexRange): void {
  for (const [name, range] of Object.entries({ train, validation })) {
    const fits = Array.isArray(range) && range.length === 2;
    if (
      fits &&
      checkInteger(`${name}[0]`, range[0], { min: 0 }) <= checkInteger(`${name}[1]`, range[1], { min: 0 })
    )
      continue;
    throw problem({
      where: `\`${name}\``,
      expected: '`[first, last]`, the first and the last number of the photos, both included',
      found: show(range),
      next: 'Pass e.g. `train: [0, 999]`.',
    });
  }
  if (train[1] < validation[0] || validation[1] < train[0]) return;
  throw problem({
    where: '`train` and `validation`',
    expected: 'ranges without a number in common',
    found: `${show(train)} and ${show(validation)}`,
    next: 'A photo that was trained on can not show how well the head does on new ones: keep the ranges apart.',
  });
}

/** The files whose size another one of them has: the others need not be read to know that they have no copy. */
function ofOneSize(files: readonly string[]): string[] {
  const sizes = files.map(sizeOf);
  const counts = new Map<number | undefined, number>();
  for (const size of sizes) counts.set(size, (counts.get(size) ?? 0) + 1);
  return files.filter((_, i) => counts.get(sizes[i])! > 1);
}

/** A link that leads nowhere has none; it is named when it is placed. */
function sizeOf(file: string): number | undefined {
  try {
    return fs.statSync(file).size;
  } catch {
    return undefined;
  }
}

function checkComplete(
  chosen: IndexedPhoto[],
  {
    photos,
    name,
    part,
    range,
    origin,
  }: {
    photos: IndexedPhoto[];
    name: string;
    part: string;
    range: IndexRange;
    origin: string;
  },
): void {
  const [first, last] = range;
  const there = new Set(chosen.map(({ index }) => index));
  if (there.size === last - first + 1) return;
  const missing = Array.from({ length: last - first + 1 }, (_, i) => first + i).filter(
    (index) => !there.has(index),
  );
  const [lowest, highest] = [photos[0]?.index ?? 0, photos.at(-1)?.index ?? 0];
  const cut = lowest + Math.floor((highest - lowest + 1) * 0.8);
  throw problem({
    where: `${shownPath(origin)}, ${name} for ${part}`,
    expected: `${last - first + 1} photos numbered ${first} to ${last}`,
    found: `${there.size}; missing: ${missing.slice(0, 5).join(', ')}${missing.length > 5 ? ', ...' : ''}`,
    next: `There are ${photos.length} ${name} numbered ${lowest} to ${highest}: pass ranges among them, e.g. \`train: [${lowest}, ${cut - 1}], validation: [${cut}, ${highest}]\`.`,
  });
}

/** Splits photos by the numbers in their names, as the tutorial does. */
import fs from 'node:fs';
import { checkInteger, problem, show } from '../../check';
import { bytesOf } from '../../files/byte-names';
import { digestPhoto } from '../../images/inspect-photo';
import { mapFiles } from '../../notebook/map-files';
import { shownPath } from '../../paths';
import { sameBytes } from '../same-bytes';
import type { Assignment } from './assignment';
import type { SplitPhoto, SplitSource } from './split-source';

/** Fewer are read in about a second, which needs no progress bar. */
const manyPhotos = 5000;

/** First and last number of the photos of a split, both included: `[1000, 1400]` is 401 photos per class. */
export type IndexRange = readonly [first: number, last: number];

/** The ranges of a split by number. */
export interface Ranges {
  train: IndexRange;
  validation: IndexRange;
}

/**
 * Gives each photo whose number is in a range its split; photos that are split already keep theirs. Validation photos whose bytes
 * are those of a train photo are left out: what was trained on can't show how well the head does on new photos. A photo that can't
 * be read stays; it is named when it is used.
 */
export async function splitByNumber(
  source: SplitSource,
  ranges: Ranges,
  { verbose }: { verbose: number },
): Promise<Assignment> {
  const [train, validation] = (['train', 'validation'] as const).map((split) =>
    pick(source, split, ranges[split]),
  );
  const photos = [...train!, ...validation!];
  const alike = ofOneSize(photos);
  const facts = await mapFiles(
    alike.map(({ file }) => file),
    digestPhoto,
    {
      verbose: alike.length > manyPhotos ? verbose : 0,
      kept: 'No file was placed yet. Run the cell again: what was read is remembered.',
    },
  );
  const digestOf = new Map(alike.map((photo, i) => [photo, facts[i]!.sha256]));
  const trained = new Map(train!.map((photo) => [digestOf.get(photo), photo.filename]));
  trained.delete(undefined);
  const original = (photo: SplitPhoto) => trained.get(digestOf.get(photo));
  return {
    placed: [
      ...train!.map((photo) => ({ photo, split: 'train' as const })),
      ...validation!
        .filter((photo) => original(photo) === undefined)
        .map((photo) => ({ photo, split: 'validation' as const })),
    ],
    leftOut: validation!.flatMap((photo) => {
      const copyOf = original(photo);
      const reason = `the same bytes as ${copyOf}, a train photo`;
      return copyOf === undefined ? [] : [{ filename: photo.filename, reason }];
    }),
    duplicates: sameBytes(alike.map((photo) => ({ filename: photo.filename, sha256: digestOf.get(photo) }))),
  };
}

/** The photos of one split, class by class; of a source that is split already, those that it has there. */
function pick(
  { photos, classNames, origin, isSplit }: SplitSource,
  split: 'train' | 'validation',
  range: IndexRange,
): SplitPhoto[] {
  if (isSplit) return photos.filter((photo) => photo.split === split);
  return classNames.flatMap((name) => {
    const own = photos.filter(({ className }) => className === name);
    const chosen = own.filter(({ index }) => index! >= range[0] && index! <= range[1]);
    checkComplete(chosen, { photos: own, name, split, range, origin });
    return chosen;
  });
}

/** Throws unless the ranges are ranges and have no number in common. */
export function checkRanges({ train, validation }: Ranges): void {
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
function ofOneSize(photos: readonly SplitPhoto[]): SplitPhoto[] {
  const sizes = photos.map(({ file }) => sizeOf(file));
  const counts = new Map<number | undefined, number>();
  for (const size of sizes) counts.set(size, (counts.get(size) ?? 0) + 1);
  return photos.filter((_, i) => counts.get(sizes[i])! > 1);
}

/** A link that leads nowhere has none; it is named when it is placed. */
function sizeOf(file: string): number | undefined {
  try {
    return fs.statSync(bytesOf(file)).size;
  } catch {
    return undefined;
  }
}

function checkComplete(
  chosen: readonly SplitPhoto[],
  {
    photos,
    name,
    split,
    range,
    origin,
  }: {
    photos: readonly SplitPhoto[];
    name: string;
    split: string;
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
    where: `${shownPath(origin)}, ${name} for ${split}`,
    expected: `${last - first + 1} photos numbered ${first} to ${last}`,
    found: `${there.size}; missing: ${missing.slice(0, 5).join(', ')}${missing.length > 5 ? ', ...' : ''}`,
    next: `There are ${photos.length} ${name} numbered ${lowest} to ${highest}: pass ranges among them, e.g. \`train: [${lowest}, ${cut - 1}], validation: [${cut}, ${highest}]\`.`,
  });
}

/** `splitDataset`: a folder of photos becomes class folders of train and validation, and no photo is touched. */
import path from 'node:path';
import { checkInteger, checkKeys, problem, show } from '../check';
import { dataPath, shownPath } from '../paths';
import type { IndexedPhoto, PhotosByClass } from './layouts';
import { findPhotos, type PhotoSource } from './source';
import { type PlacedFile, placeFiles } from './split-files';

/** First and last number of the photos of a part, both included: `[1000, 1400]` is 401 photos a class. */
export type IndexRange = readonly [first: number, last: number];

/** What a split made, or found already made. */
export interface Split {
  /** The folder of the train photos, one folder a class. Absolute. */
  trainDir: string;
  /** The folder of the validation photos, one folder a class. Absolute. */
  validationDir: string;
  /** How many photos each class has in each part. */
  counts: { train: Record<string, number>; validation: Record<string, number> };
  /** Files that were linked or copied now, those that were there before, and those of an earlier split that were taken away. */
  files: { linked: number; copied: number; kept: number; removed: number };
}

/**
 * Splits photos into `<outDir>/train/<class>/` and `<outDir>/validation/<class>/` by each class's own numbers, as the
 * tutorial does: the photo `cat.1003.jpg` (or `Cat/1003.jpg`) has the number 1003. Files are hard links where the disk
 * allows it, copies elsewhere; the photos themselves stay as they are. Run again, it changes nothing; with other
 * ranges or photos, files that an earlier split put there are taken away, and no others.
 *
 * @param photos what `findPhotos` or `tutorialPhotos` found, or a folder or zip.
 * @param options `train`, `validation`: `[first, last]` number a class, both included, default `[0, 999]` and
 *   `[1000, 1400]`; photos that are split already (`{train,validation}/{cats,dogs}`) are taken as they are;
 *   `outDir`: default `data/`; `verbose`: 0 prints nothing, default 1.
 * @throws where a class has fewer photos than asked for, ranges overlap, or a file that this didn't make is in the way.
 */
export async function splitDataset(
  photos: PhotoSource | string,
  options: { train?: IndexRange; validation?: IndexRange; outDir?: string; verbose?: number } = {},
): Promise<Split> {
  checkKeys('splitDataset', options, ['train', 'validation', 'outDir', 'verbose']);
  const { train = [0, 999], validation = [1000, 1400], outDir = dataPath(), verbose = 1 } = options;
  checkRanges(train, validation);
  const source = typeof photos === 'string' ? await findPhotos(photos) : photos;
  if (!source) throw new Error('unreachable: a named place is found or refused');
  const parts = { train: pick(source, 'train', train), validation: pick(source, 'validation', validation) };
  const files = await placeFiles(outDir, [
    ...placed('train', parts.train),
    ...placed('validation', parts.validation),
  ]);
  const split: Split = {
    trainDir: path.join(outDir, 'train'),
    validationDir: path.join(outDir, 'validation'),
    counts: { train: countsOf(parts.train), validation: countsOf(parts.validation) },
    files,
  };
  if (verbose) console.log(splitText(split, source));
  return split;
}

/** What a split is, in two lines. */
function splitText({ trainDir, validationDir, counts, files }: Split, { layout }: PhotoSource): string {
  const words = (part: Record<string, number>) =>
    Object.entries(part)
      .map(([name, n]) => `${n} ${name}`)
      .join(', ');
  const done = Object.entries(files)
    .filter(([, n]) => n > 0)
    .map(([what, n]) => `${n} ${what}`)
    .join(', ');
  return [
    `${shownPath(trainDir)}: ${words(counts.train)}; ${shownPath(validationDir)}: ${words(counts.validation)}`,
    `Files: ${done}.${layout === 'split' ? ' The photos were split already: taken as they are.' : ''}`,
  ].join('\n');
}

function pick(
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

function checkRanges(train: IndexRange, validation: IndexRange): void {
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

function placed(part: string, classes: PhotosByClass): PlacedFile[] {
  return Object.entries(classes).flatMap(([name, photos]) =>
    photos.map(({ file }) => ({ source: file, target: path.join(part, name, path.basename(file)) })),
  );
}

function countsOf(classes: PhotosByClass): Record<string, number> {
  return Object.fromEntries(Object.entries(classes).map(([name, photos]) => [name, photos.length]));
}

/** `splitDataset`: a folder of photos becomes class folders of train, validation and test, and no photo is touched. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { checkKeys, problem, show } from '../../check';
import { bytesOf, entriesOf } from '../../files/byte-names';
import { digestOfFile } from '../../files/digest';
import { placeFiles } from '../../files/placed/place-files';
import { checkSourcesOutside } from '../../files/placed/sources-outside';
import { digestPhoto } from '../../images/inspect-photo';
import { dataPath, resolvePath } from '../../paths';
import { type SplitName, splitFolders } from '../layout-of';
import { isJunk } from '../photo-names';
import { findPhotos, type PhotoSource } from '../tutorial/find-photos';
import { checkFractions, type Fractions, splitByFraction } from './by-fraction';
import { checkRanges, type IndexRange, type Ranges, splitByNumber } from './by-number';
import type { PartCounts, Split, SplitOptions } from './split';
import { checkOutside } from './split-apart';
import { alreadySplit, numberedSource, type SplitSource, sourceOf } from './split-source';
import { splitText } from './split-text';

/**
 * Splits photos into `<outDir>/train/<class>/`, `<outDir>/validation/<class>/` and, by fraction, `<outDir>/test/<class>/`.
 * Files are hard links where the disk allows it, copies elsewhere; the photos themselves stay as they are. Run again, it
 * changes nothing; with other ranges, fractions or photos, files that an earlier split placed are removed, and no others: a record
 * in `outDir` lists them. Where anything else lies in these folders, or a file to be removed is the last one with its bytes,
 * the split is refused and nothing is written.
 *
 * By number, as the tutorial does (`train: [0, 999], validation: [1000, 1400]`), for photos of cats and dogs as `findPhotos` finds
 * them: `cat.1003.jpg` (or `Cat/1003.jpg`) has the number 1003 of its class. Photos that are split already are taken as they are. A
 * validation photo whose bytes are those of a train photo is left out, and named.
 *
 * By fraction (`validation: 0.2, test: 0.1, seed: 1`), for a folder or zip of any classes. Each photo's split depends on nothing but
 * its bytes and the seed: photos that are added later move no other, and a copy is in the split of its original, also in another
 * class. The price: a fraction is met on average, in each class alike, not exactly. Of 100 photos per class, `0.2` gives 12 to 28 in
 * 95 of 100 cases; of 1,000 photos 176 to 224; `counts` has what it gave. Decisions of `reviewLabels` about photos of the folder
 * are followed: a photo goes into the class that was decided, and one that was deleted from the data set is left out.
 *
 * @param photos what `findPhotos` or `tutorialPhotos` found, or a folder or zip (a relative path starts
 *   at the working directory; `~/` is the home folder).
 * @param options by number `train`, `validation`; by fraction `validation`, `test`, `seed`, `groupBy`; `outDir`; `verbose` (1).
 * @returns the folders, how many photos each class has in each, and what was done with files.
 * @throws LittleDataError where a class has fewer photos than asked for, ranges overlap, fractions leave nothing to train on, the
 *   photos and the split would lie in one another, other files lie in the split's folders, or another process is splitting into
 *   `outDir`; `InterruptedError` after Kernel > Interrupt.
 * @example
 * ```ts
 * import { splitDataset } from 'little-data';
 * const { trainDir, counts } = await splitDataset('flowers', { validation: 0.25, seed: 1 });
 * console.log(trainDir, counts.validation);
 * ```
 */
export async function splitDataset(photos: PhotoSource | string, options: SplitOptions = {}): Promise<Split> {
  checkKeys('splitDataset', options, ['train', 'validation', 'test', 'seed', 'groupBy', 'outDir', 'verbose']);
  const { verbose = 1 } = options;
  const fractions = fractionsOf(options);
  const ranges = fractions ? undefined : rangesOf(options);
  const source = await (fractions ? unsplitSource(photos) : foundSource(photos));
  const outDir = resolvePath(
    options.outDir ?? (fractions ? defaultFolder(source.origin) : dataPath()),
    'outDir',
  );
  checkApart(outDir, { source, isSearchedWhole: fractions !== undefined });
  const { placed, leftOut, duplicates } = fractions
    ? await splitByFraction(source.photos, fractions, { verbose })
    : await splitByNumber(source, ranges!, { verbose });
  const files = await placeFiles(
    outDir,
    placed.map(({ photo: { file, className, within }, split }) => ({
      source: file,
      target: `${split}/${className}/${within}`,
    })),
    { folders: splitFolders, isIgnored: isJunk, digest: digestOf },
  );
  const countsOf = (split: SplitName): PartCounts => {
    const counts = Object.fromEntries(source.classNames.map((name) => [name, 0]));
    for (const it of placed) if (it.split === split) counts[it.photo.className]!++;
    return counts;
  };
  const withTest = fractions !== undefined && fractions.test > 0;
  const split: Split = {
    trainDir: path.join(outDir, 'train'),
    validationDir: path.join(outDir, 'validation'),
    ...(withTest && { testDir: path.join(outDir, 'test') }),
    counts: {
      train: countsOf('train'),
      validation: countsOf('validation'),
      ...(withTest && { test: countsOf('test') }),
    },
    files,
    leftOut: [...source.leftOut, ...leftOut],
    duplicates,
  };
  makeClassFolders(outDir, split.counts);
  if (verbose) {
    const { isSplit: wasSplit, notTaken, relabelled } = source;
    console.log(splitText(split, { wasSplit, notTaken, relabelled }));
  }
  return split;
}

/** The fractions that were passed, checked; `undefined` where the photos are to be split by number. */
function fractionsOf({ train, validation, test, seed, groupBy }: SplitOptions): Fractions | undefined {
  const isByNumber =
    typeof validation !== 'number' && [test, seed, groupBy].every((value) => value === undefined);
  if (isByNumber) return undefined;
  if (train !== undefined || (validation !== undefined && typeof validation !== 'number'))
    throw mixed(train ?? validation);
  const fractions = { validation: validation ?? 0.2, test: test ?? 0, seed: seed as number, groupBy };
  checkFractions(fractions);
  return fractions;
}

function rangesOf({ train = [0, 999], validation = [1000, 1400] }: SplitOptions): Ranges {
  const ranges = { train, validation: validation as IndexRange };
  checkRanges(ranges);
  return ranges;
}

async function unsplitSource(photos: PhotoSource | string): Promise<SplitSource> {
  const source = typeof photos === 'string' ? await sourceOf(photos) : numberedSource(photos);
  if (source.isSplit) throw alreadySplit(source.dir);
  return source;
}

async function foundSource(photos: PhotoSource | string): Promise<SplitSource> {
  const found = typeof photos === 'string' ? await findPhotos(photos) : photos;
  if (!found) throw new Error('unreachable: a named place is found or refused');
  return numberedSource(found);
}

/** Also of a file that is no picture: what is placed need not be readable as one. */
async function digestOf(file: string): Promise<string> {
  return (await digestPhoto(file)).sha256 ?? digestOfFile(file);
}

/**
 * A class without a photo in a split has a folder there all the same, and an empty folder that is no class now is removed: an empty
 * folder counts as a class.
 */
function makeClassFolders(outDir: string, counts: Split['counts']): void {
  for (const [split, classes] of Object.entries(counts)) {
    const dir = path.join(outDir, split);
    for (const [name, n] of Object.entries(classes))
      if (n === 0) fs.mkdirSync(bytesOf(path.join(dir, name)), { recursive: true });
    for (const { name, entry } of fs.existsSync(dir) ? entriesOf(dir) : []) {
      if (!entry.isDirectory() || Object.hasOwn(classes, name)) continue;
      const folder = path.join(dir, name);
      if (entriesOf(folder).length === 0) fs.rmdirSync(bytesOf(folder));
    }
  }
}

/** Two folders of one name are told apart by where they lie, so that no split takes another's place. */
function defaultFolder(origin: string): string {
  const digest = createHash('sha256').update(path.resolve(origin)).digest('hex').slice(0, 6);
  return dataPath(`${path.parse(origin).name}-split-${digest}`);
}

/** Checked before photos are read: it may take long to read them all. A class folder may be a link to one elsewhere. */
function checkApart(
  outDir: string,
  { source, isSearchedWhole }: { source: SplitSource; isSearchedWhole: boolean },
): void {
  const { dir, origin } = source;
  const files = source.photos.map(({ file }) => file);
  const isSearched = isSearchedWhole || isFoundFirst(outDir, source);
  checkOutside([dir, ...(isSearched ? [origin] : []), ...files.map((file) => path.dirname(file))], {
    outDir,
  });
  checkSourcesOutside(files, { dir: outDir, folders: splitFolders });
}

/** Whether `findPhotos` looks at `outDir` no later than at the photos: it goes down from `origin` level by level. */
function isFoundFirst(outDir: string, { origin, dir }: SplitSource): boolean {
  const [split, photos] = [outDir, dir].map((folder) =>
    path.relative(origin, folder).split(path.sep).filter(Boolean),
  ) as [string[], string[]];
  return split[0] !== '..' && split.length <= photos.length;
}

function mixed(range: unknown): Error {
  return problem({
    where: 'splitDataset',
    expected:
      'ranges of numbers (`train`, `validation`) or fractions (`validation: 0.2`, `test: 0.1`, `seed`)',
    found: `both (${show(range)})`,
    next: 'By fraction, leave `train` out: what is neither validation nor test is there to train on.',
  });
}

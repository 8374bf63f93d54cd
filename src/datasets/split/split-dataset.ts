/** `splitDataset`: a folder of photos becomes class folders of train, validation and test, and no photo is touched. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { checkKeys, problem, show } from '../../check';
import { dataPath, resolvePath } from '../../paths';
import type { PhotosByClass } from '../tutorial/cats-and-dogs';
import { findPhotos, type PhotoSource } from '../tutorial/find-photos';
import { checkRanges, type IndexRange, keepApart, pick } from './index-range';
import { placeFiles } from './place-files';
import { checkShares, type Part, shareOut } from './share-out';
import type { PartCounts, Split, SplitOptions } from './split';
import { checkNoPhotos, checkOutside } from './split-apart';
import type { PlacedFile } from './split-plan';
import { splitSource } from './split-source';
import { splitText } from './split-text';

/**
 * Splits photos into `<outDir>/train/<class>/`, `<outDir>/validation/<class>/` and, by share, `<outDir>/test/<class>/`.
 * Files are hard links where the disk allows it, copies elsewhere; the photos themselves stay as they are. Run again, it
 * changes nothing; with other ranges, shares or photos, files that an earlier split placed are removed, and no others: a record
 * in `outDir` lists them. Where anything else lies in these folders, or a file to be removed is the last one with its bytes,
 * the split is refused and nothing is written.
 *
 * By number, as the tutorial does (`train: [0, 999], validation: [1000, 1400]`): each class's own numbers count, of which
 * `cat.1003.jpg` (or `Cat/1003.jpg`) has 1003. Photos that are split already (`{train,validation}/{cats,dogs}`) are taken as they
 * are. A validation photo whose bytes are those of a train photo is left out, and named.
 *
 * By share (`validation: 0.2, test: 0.1, seed: 1`): a folder of class folders of any names, or what `findPhotos` finds. Each
 * photo's side depends on nothing but its bytes and the seed: photos that are added later move no other, and a copy is on the
 * side of its original, also in another class. The price: a share is met on average, in each class alike, not exactly. Of 100
 * photos a class, `0.2` gives 12 to 28 in 95 of 100 cases; of 1,000 photos 176 to 224; `counts` has what it gave.
 *
 * @param photos what `findPhotos` or `tutorialPhotos` found, or a folder or zip (a relative path starts
 *   at the working directory; `~/` is the home folder).
 * @param options `train`, `validation`: `[first, last]` number a class, both included, default `[0, 999]` and `[1000, 1400]`;
 *   or `validation`, `test`: shares, default 0.2 and 0 once `test`, `seed` or `groupBy` is given; `seed`: a number, needed by
 *   share; `groupBy`: gives the name of the group of a photo (its path in the folder, `cats/rex_1.jpg`), and a group's photos
 *   stay on one side; `outDir`: default `data/`, by share `data/<folder's name>-split-<digest of its path>`;
 *   `verbose`: 0 prints nothing, default 1.
 * @returns the folders, how many photos each class has in each, and what was done with files.
 * @throws where a class has fewer photos than asked for, ranges overlap, shares leave nothing to train on, the photos and the
 *   split would lie in one another, other files lie in the split's folders, or another process is splitting into `outDir`;
 *   `InterruptedError` after Kernel > Interrupt.
 */
export async function splitDataset(photos: PhotoSource | string, options: SplitOptions = {}): Promise<Split> {
  checkKeys('splitDataset', options, ['train', 'validation', 'test', 'seed', 'groupBy', 'outDir', 'verbose']);
  const byShare =
    typeof options.validation === 'number' ||
    [options.test, options.seed, options.groupBy].some((value) => value !== undefined);
  return byShare ? splitByShare(photos, options) : splitByNumber(photos, options);
}

async function splitByNumber(photos: PhotoSource | string, options: SplitOptions): Promise<Split> {
  const { train = [0, 999], verbose = 1 } = options;
  const outDir = resolvePath(options.outDir ?? dataPath(), 'outDir');
  const validation = (options.validation ?? [1000, 1400]) as IndexRange;
  checkRanges(train, validation);
  const source = typeof photos === 'string' ? await findPhotos(photos) : photos;
  if (!source) throw new Error('unreachable: a named place is found or refused');
  const picked = { train: pick(source, 'train', train), validation: pick(source, 'validation', validation) };
  checkApart(outDir, {
    folders: [source.dir, ...(isFoundFirst(outDir, source) ? [source.origin] : [])],
    photos: Object.values(picked).flatMap((classes) => Object.values(classes).flat()),
  });
  const { leftOut, duplicates, ...parts } = await keepApart(picked, { dir: source.dir, verbose });
  const files = await placeFiles(outDir, [
    ...placed('train', parts.train),
    ...placed('validation', parts.validation),
  ]);
  const split: Split = {
    trainDir: path.join(outDir, 'train'),
    validationDir: path.join(outDir, 'validation'),
    counts: { train: countsOf(parts.train), validation: countsOf(parts.validation) },
    files,
    leftOut,
    duplicates,
  };
  makeClassFolders(outDir, split.counts);
  if (verbose) console.log(splitText(split, { wasSplit: source.layout === 'split', notTaken: '' }));
  return split;
}

async function splitByShare(photos: PhotoSource | string, options: SplitOptions): Promise<Split> {
  const { train, validation = 0.2, test = 0, seed, groupBy, verbose = 1 } = options;
  if (train !== undefined || typeof validation !== 'number') throw mixed(train ?? validation);
  const shares = { validation, test, seed: seed as number, groupBy };
  checkShares(shares);
  const source = await splitSource(photos);
  const outDir = resolvePath(options.outDir ?? defaultFolder(source.origin), 'outDir');
  checkApart(outDir, { folders: [source.dir, source.origin], photos: source.photos });
  const { placed: sides, leftOut, duplicates } = await shareOut(source.photos, shares, { verbose });
  const files = await placeFiles(
    outDir,
    sides.map(({ photo, part }) => ({
      source: photo.file,
      target: `${part}/${photo.className}/${photo.within}`,
    })),
  );
  const counts = (part: Part): PartCounts => {
    const all = Object.fromEntries(source.classNames.map((name) => [name, 0]));
    for (const side of sides) if (side.part === part) all[side.photo.className]!++;
    return all;
  };
  const split: Split = {
    trainDir: path.join(outDir, 'train'),
    validationDir: path.join(outDir, 'validation'),
    ...(test > 0 && { testDir: path.join(outDir, 'test') }),
    counts: {
      train: counts('train'),
      validation: counts('validation'),
      ...(test > 0 && { test: counts('test') }),
    },
    files,
    leftOut,
    duplicates,
  };
  makeClassFolders(outDir, split.counts);
  if (verbose) console.log(splitText(split, { wasSplit: false, notTaken: source.notTaken }));
  return split;
}

/** A class without a photo in a part has a folder there all the same, for `flowFromDirectory`'s `classes`. */
function makeClassFolders(outDir: string, counts: Split['counts']): void {
  for (const [part, classes] of Object.entries(counts))
    for (const [name, n] of Object.entries(classes))
      if (n === 0) fs.mkdirSync(path.join(outDir, part, name), { recursive: true });
}

/** Two folders of one name are told apart by where they lie, so that no split takes another's place. */
function defaultFolder(origin: string): string {
  const digest = createHash('sha256').update(path.resolve(origin)).digest('hex').slice(0, 6);
  return dataPath(`${path.parse(origin).name}-split-${digest}`);
}

/** Checked before photos are read: it may take long to read them all. A class folder may be a link to one elsewhere. */
function checkApart(
  outDir: string,
  { folders, photos }: { folders: readonly string[]; photos: readonly { file: string }[] },
): void {
  checkOutside([...folders, ...photos.map(({ file }) => path.dirname(file))], { outDir });
  checkNoPhotos(
    photos.map(({ file }) => file),
    { outDir },
  );
}

/** Whether `findPhotos` looks at `outDir` no later than at the photos: it goes down from `origin` level by level. */
function isFoundFirst(outDir: string, { origin, dir }: PhotoSource): boolean {
  const [split, photos] = [outDir, dir].map((folder) =>
    path.relative(origin, folder).split(path.sep).filter(Boolean),
  ) as [string[], string[]];
  return split[0] !== '..' && split.length <= photos.length;
}

function mixed(range: unknown): Error {
  return problem({
    where: 'splitDataset',
    expected: 'ranges of numbers (`train`, `validation`) or shares (`validation: 0.2`, `test: 0.1`, `seed`)',
    found: `both (${show(range)})`,
    next: 'By share, leave `train` out: what is neither validation nor test is there to train on.',
  });
}

function placed(part: string, classes: PhotosByClass): PlacedFile[] {
  return Object.entries(classes).flatMap(([name, photos]) =>
    photos.map(({ file }) => ({ source: file, target: `${part}/${name}/${path.basename(file)}` })),
  );
}

function countsOf(classes: PhotosByClass): PartCounts {
  return Object.fromEntries(Object.entries(classes).map(([name, photos]) => [name, photos.length]));
}

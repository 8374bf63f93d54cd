/** Photos that are the same, or nearly: within a split, and across splits, where they make a head look better than it is. */
import { checkInteger, checkKeys, problem, show } from '../../check';
import { mapFiles } from '../../notebook/map-files';
import { pictureCorrelation } from '../../numerics/picture-correlation';
import { type ComparedPhoto, comparedPhoto } from './compared-photo';
import { type Duplicates, type PairKind, withPictures } from './duplicates';
import { groupsOf } from './groups';
import { type NearRows, nearestRows } from './nearest-rows';
import { bytesDigests, type PhotoFeatures, pooledRows, splitPhotos } from './photo-rows';

/** The options of `findDuplicates`. */
export interface FindDuplicatesOptions {
  /** 0 shows no progress bars. @default 1 */
  verbose?: number;
}

/**
 * How alike features must be for the pixels to be compared. Of 400 planted copies of photos of cats and dogs (re-encoded,
 * resized, cut by 5%, mirrored) the least had 0.81 with EfficientNet-Lite0 and 0.71 with VGG16; one of 1,400 other pairs had more than 0.6.
 */
const leastSimilarity = 0.6;

/** So many neighbours of a photo are compared with it. Each of those copies was its photo's nearest. */
const mostNeighbours = 5;

/** With fewer photos their mean says little, and all neighbours are compared. */
const fewPhotos = 100;

/** Least correlation of the pixels. The least of those copies had 0.93, the most alike of the other pairs 0.82. */
const leastCorrelation = 0.87;

interface Pair {
  a: number;
  b: number;
  kind: PairKind;
  similarity: number;
  correlation: number;
}

/**
 * Finds photos that are the same byte for byte, the same pixel for pixel, or nearly the same: re-encoded, resized, cut by
 * about 5%, or mirrored. Features say which photos may be (exact nearest neighbours, each row less the mean of all),
 * and the pixels of these say whether they are; no other photo is read. Nothing is changed. A cell that ends in the
 * result shows the pairs.
 *
 * @param splits features of each split by its name: float32 `[n, ...]` from `predictGenerator` or `np.load`, which know their
 *   photos, or `{ features, files }`. Of features `[n, height, width, channels]` the mean over the places is taken.
 * @param options `verbose`: 0 shows no progress bars.
 * @returns `pairs`, `across` (those of two splits), `groups` (all copies of one photo together), `unread`: plain data.
 * @throws LittleDataError where features differ in shape, or their photos are not known; InterruptedError.
 * @example
 * ```ts
 * import { findDuplicates, np } from 'little-data';
 * const { pairs, groups } = await findDuplicates({ train: np.load('features.npy') });
 * for (const { kind, photos } of pairs) console.log(kind, photos[0].file, photos[1].file);
 * console.log(groups.length);
 * ```
 */
export async function findDuplicates(
  splits: Record<string, PhotoFeatures>,
  options: FindDuplicatesOptions = {},
): Promise<Duplicates> {
  checkKeys('findDuplicates', options, ['verbose']);
  const verbose = checkInteger('verbose', options.verbose ?? 1, { min: 0 });
  checkSplits(splits);
  const photos = splitPhotos(splits);
  const { firsts, copies } = sameBytes(await bytesDigests(splits, { verbose }));
  const candidates = await nearest(splits, { firsts, verbose });
  const places = [...new Set(candidates.flatMap(({ a, b }) => [a, b]))];
  const read = await mapFiles(
    places.map((place) => photos[place]!.file),
    comparedPhoto,
    { verbose, kept: 'Run the cell again.' },
  );
  const known = new Map(places.map((place, i) => [place, read[i]!]));
  const near = candidates.flatMap((pair) => confirmed(pair, known.get(pair.a)!, known.get(pair.b)!));
  const pairs = [...copies, ...near];
  const found = pairs.map(({ a, b, ...rest }) => ({
    photos: [photos[a]!, photos[b]!] as Duplicates['pairs'][number]['photos'],
    ...rest,
  }));
  return withPictures({
    pairs: found,
    across: found.filter(({ photos: [one, other] }) => one.split !== other.split),
    groups: groupsOf(photos.length, pairs).map((group) => group.map((place) => photos[place]!)),
    unread: places.filter((_, i) => read[i] === null).map((place) => photos[place]!.file),
  });
}

/** The nearest photos among those that are no copies of earlier ones. */
async function nearest(
  splits: Record<string, PhotoFeatures>,
  { firsts, verbose }: { firsts: number[]; verbose: number },
): Promise<NearRows[]> {
  const all = pooledRows(splits);
  const rows = all.gather(firsts);
  all.dispose();
  try {
    const atLeast = firsts.length < fewPhotos ? Number.NEGATIVE_INFINITY : leastSimilarity;
    const found = await nearestRows(rows, { most: mostNeighbours, atLeast, verbose });
    return found.map(({ a, b, similarity }) => ({ a: firsts[a]!, b: firsts[b]!, similarity }));
  } finally {
    rows.dispose();
  }
}

/** The first photo of each content, and each other one with its first. */
function sameBytes(digests: readonly (string | null)[]): { firsts: number[]; copies: Pair[] } {
  const first = new Map<string, number>();
  const firsts: number[] = [];
  const copies: Pair[] = [];
  for (const [place, digest] of digests.entries()) {
    const earlier = digest === null ? undefined : first.get(digest);
    if (earlier === undefined) firsts.push(place);
    else copies.push({ a: earlier, b: place, kind: 'bytes', similarity: 1, correlation: 1 });
    if (digest !== null && earlier === undefined) first.set(digest, place);
  }
  return { firsts, copies };
}

function confirmed(pair: NearRows, one: ComparedPhoto | null, other: ComparedPhoto | null): Pair[] {
  if (!one || !other) return [];
  if (one.pixels === other.pixels) return [{ ...pair, kind: 'pixels', correlation: 1 }];
  const correlation = pictureCorrelation(one, other);
  return correlation >= leastCorrelation ? [{ ...pair, kind: 'near', correlation }] : [];
}

function checkSplits(splits: Record<string, PhotoFeatures>): void {
  const isObject = Object.getPrototypeOf(Object(splits)) === Object.prototype;
  if (isObject && Object.keys(splits).length > 0) return;
  throw problem({
    where: '`splits`',
    expected: 'features by the names of their splits',
    found: show(splits),
    next: 'Pass `{ train: trainData, validation: validationData }`.',
  });
}

/** Features of many photos: read ahead, looked up in the store, computed batch by batch, written row by row. */
import fs from 'node:fs';
import { problem } from '../check';
import type { PhotoBatches } from '../datasets/batches/photo-batches';
import { bytesOf } from '../files/byte-names';
import { readPhotoFile } from '../images/read-photo-file';
import { UnreadablePhoto, Unusable } from '../images/unreadable-photo';
import type { Network } from '../networks/network';
import { breathe, InterruptedError, interruptible } from '../notebook/interrupt';
import { type Progress, progressBar } from '../notebook/progress-bar';
import { shownPath } from '../paths';
import { orderedMap } from './ordered-map';
import type { FeatureRecipe } from './provenance';
import { FeatureStore, featureKey, photoHash } from './store/store';

/** What is to be computed. */
export interface Extraction {
  network: Network;
  photos: PhotoBatches;
  /** The folder of the photos, for errors. */
  place: string;
  /** `undefined` where the preprocessing has no name: then nothing is kept. */
  recipe: FeatureRecipe | undefined;
  /** True: the first photo that can't be read is an error. */
  strict: boolean;
  /** 0: no progress bar. */
  verbose: number;
  /** What is told how far the work is. @default a progress bar, unless `verbose` is 0 */
  progress?: Progress;
  /** Where rows are kept. @default a store as it is for one run */
  store?: FeatureStore;
  /** Stops the work as an interrupt does. */
  signal?: AbortSignal;
  /** Whether photos of which none can be read are no error: a part of a larger list may be like that. @default false */
  allowsNone?: boolean;
  /** Takes a row: not in the order of the rows, each once, and all of them from 0 to the number of rows. */
  write: (row: number, values: Float32Array) => void;
}

/** What was computed. */
export interface Extracted {
  rows: number;
  /** SHA-256 of each row's photo. */
  hashes: string[];
  /** The photos without a row: their places among the files, and why. */
  leftOut: { at: number; reason: string }[];
}

/** Gives `write` a row for each photo that can be read, and returns which ones can't. */
export function extract(extraction: Extraction): Promise<Extracted> {
  return interruptible(async (interrupted) => {
    await checkNoneGone(extraction);
    const store = extraction.recipe && (extraction.store ?? new FeatureStore());
    const stops = () => interrupted() || extraction.signal?.aborted === true;
    try {
      return await extractAll({ ...extraction, store, interrupted: stops });
    } finally {
      await store?.close();
    }
  });
}

/**
 * Photos that went after they were listed are no bad photos that a run may leave out: the list is stale, most often because
 * another notebook, or an earlier cell that was run again, put another split there.
 */
async function checkNoneGone({ photos: { files }, place }: Extraction): Promise<void> {
  // A link that leads nowhere was so when it was listed: a bad photo.
  const there = await Promise.all(
    files.map((file) => fs.promises.lstat(bytesOf(file)).catch(() => undefined)),
  );
  const gone = files.filter((_, i) => !there[i]);
  if (gone.length === 0) return;
  throw problem({
    where: shownPath(place),
    expected: `the ${files.length} photos that were listed here`,
    found: `that ${gone.length} of them are gone, such as ${shownPath(gone[0]!)}`,
    next: 'Run the cell with splitDataset() again, where there is one, then the one with flowFromDirectory().',
  });
}

interface Work extends Extraction {
  store: FeatureStore | undefined;
  interrupted: () => boolean;
}

/** One photo on its way: `row` where the store has it, else `pixels`, which may still be under way. */
interface Entry {
  at: number;
  hash?: string;
  key?: string;
  row?: Float32Array;
  pixels?: UnreadablePhoto | Promise<Uint8Array | UnreadablePhoto>;
}

/** A photo that waits for the network, and the rows that it is for: several, where the folder has copies of it. */
interface Missing {
  pixels: Uint8Array;
  rows: number[];
}

async function extractAll(work: Work): Promise<Extracted> {
  const { network, photos, verbose, write, strict, allowsNone } = work;
  const { batchSize = photos.preparation.batchSize } = network;
  const total = photos.files.length;
  const progress = work.progress ?? (verbose ? progressBar(total) : undefined);
  progress?.update(0);
  const extracted: Extracted = { rows: 0, hashes: [], leftOut: [] };
  let missing = new Map<string, Missing>();
  const underWay: Promise<void>[] = [];
  let taken = 0;

  // On the processor the network keeps the thread to itself: the next batch is being decoded, by others, before it begins. A graphics
  // card has one batch to compute while the next one is on its way to it.
  const [atOnce, ready] = network.device === 'cpu' ? [1, batchSize] : [2, 0];
  const places = photos.files.map((_, at) => at);
  const lookAhead = { limit: 3 * batchSize, ready, work: (at: number) => lookUp(work, at) };
  for await (const entry of orderedMap(places, lookAhead)) {
    taken++;
    const pixels = await entry.pixels;
    if (pixels instanceof UnreadablePhoto) {
      if (strict) throw pixels;
      extracted.leftOut.push({ at: entry.at, reason: pixels.reason });
    } else {
      const row = extracted.rows++;
      if (entry.hash) extracted.hashes.push(entry.hash);
      // A copy of it may have been computed since it was looked up.
      const values = entry.row ?? (entry.key && work.store?.get(entry.key));
      if (values) write(row, values);
      else addMissing(missing, entry.key ?? photos.files[entry.at]!, { pixels: pixels!, row });
    }
    const isLast = taken === total;
    const isDue = missing.size === batchSize || (isLast && missing.size > 0);
    if (!isDue && !isLast && taken % batchSize !== 0) continue;
    if (isDue) {
      const computing = computeMissing(work, missing);
      // Its error is seen when it is waited for. Where an earlier one has failed, nobody needs to.
      computing.catch(() => {});
      underWay.push(computing);
      missing = new Map();
      if (underWay.length === atOnce) await underWay.shift();
    }
    progress?.update(taken, isDue ? undefined : 'from the feature store');
    await breathe();
    if (work.interrupted() && !isLast) {
      await Promise.all(underWay);
      throw stopped(work, taken - missing.size, total);
    }
  }
  await Promise.all(underWay);
  if (extracted.rows === 0 && !allowsNone) {
    throw problem({
      where: shownPath(work.place),
      expected: 'photos that can be read',
      found: `none among ${total}${extracted.leftOut[0] ? ` (${extracted.leftOut[0].reason})` : ''}`,
      next: 'Pass another folder; `scanPhotos` says what is wrong with each photo.',
    });
  }
  return extracted;
}

function addMissing(
  missing: Map<string, Missing>,
  key: string,
  { pixels, row }: { pixels: Uint8Array; row: number },
): void {
  const copy = missing.get(key);
  if (copy) copy.rows.push(row);
  else missing.set(key, { pixels, rows: [row] });
}

/** Runs the network on the photos that have no row yet, and keeps what it gives. */
async function computeMissing(
  { network, photos, store, write }: Work,
  missing: Map<string, Missing>,
): Promise<void> {
  const pixels = [...missing.values()].map((photo) => photo.pixels);
  // TensorFlow computes one photo alone in another way than several, with other rounding: rows would depend on their batch.
  const batch = pixels.length === 1 ? [pixels[0]!, pixels[0]!] : pixels;
  const { values } = await network.rows(batch, photos.preparation);
  const size = values.length / batch.length;
  const computed = [...missing].map(([key, { rows }], i) => ({
    key,
    rows,
    row: values.subarray(i * size, (i + 1) * size),
  }));
  await store?.put(computed);
  for (const { rows, row } of computed) for (const to of rows) write(to, row);
}

/** Looks a photo up in the store; begins to decode it where it isn't there. */
async function lookUp(work: Work, at: number): Promise<Entry> {
  const file = work.photos.files[at]!;
  const found = await orUnreadable(file, readPhoto(work, file));
  return found instanceof UnreadablePhoto ? { at, pixels: found } : { at, ...found };
}

async function readPhoto({ photos, recipe, store }: Work, file: string): Promise<Omit<Entry, 'at'>> {
  const state = store && (await stateOf(file));
  const known = state && store.hashOf(file, state);
  const kept = known && recipe && store.get(featureKey(known, recipe));
  if (kept) return { hash: known, row: kept };
  const bytes = await readPhotoFile(file);
  const decoding = () => {
    const pixels = orUnreadable(file, photos.pixels(bytes));
    // The loop above sees the error. Where the run has stopped before, nobody does.
    pixels.catch(() => {});
    return pixels;
  };
  const hash = photoHash(bytes);
  if (!recipe) return { hash, pixels: decoding() };
  if (store && state && hash !== known && sameState(state, await stateOf(file)))
    store.remember({ path: file, state, hash });
  const key = featureKey(hash, recipe);
  const row = store?.get(key);
  return row ? { hash, row } : { hash, key, pixels: decoding() };
}

/** What `work` gives, or why the photo can't be used. */
async function orUnreadable<T>(file: string, work: Promise<T>): Promise<T | UnreadablePhoto> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Unusable) return new UnreadablePhoto(file, error);
    if (error instanceof UnreadablePhoto) return new UnreadablePhoto(file, new Unusable(error.reason));
    throw error;
  }
}

/** `undefined` for a file that can't be looked at: reading it will say why. */
function stateOf(file: string): Promise<fs.Stats | undefined> {
  return fs.promises.stat(bytesOf(file)).catch(() => undefined);
}

function sameState(before: fs.Stats, after: fs.Stats | undefined): boolean {
  return (['size', 'mtimeMs', 'ctimeMs', 'ino'] as const).every((part) => before[part] === after?.[part]);
}

function stopped({ store }: Work, done: number, total: number): InterruptedError {
  return new InterruptedError(
    store
      ? `Interrupted after ${done} of ${total} photos. Their features are kept. Run the cell again to resume.`
      : `Interrupted after ${done} of ${total} photos. Nothing is kept. Run the cell again to start over.`,
  );
}

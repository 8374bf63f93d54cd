/** `predictGenerator`: the network's output for each photo of a folder. */
import path from 'node:path';
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import { problem } from '../check';
import { shownPath } from '../paths';
import type { DirectoryIterator } from '../photos/directory-iterator';
import { readPhotoFile } from '../photos/read-file';
import { UnreadablePhoto, Unusable } from '../photos/unreadable';
import { breathe, InterruptedError, interruptible } from '../show/interrupt';
import { progressBar } from '../show/progress';
import { tensorflowReady, tf } from '../tensorflow';
import { type FeatureRecipe, setProvenance } from './provenance';
import { recipeOf } from './recipe';
import { type FeatureStore, featureKey, openFeatureStore } from './store';

/**
 * What a network makes of each photo of a folder: with VGG16 without its top at 150 x 150, bottleneck features
 * `[n, 4, 4, 512]` float32. Row i belongs to `generator.filenames[i]` with the label `generator.classes[i]`; a photo
 * that can't be read is named and leaves these lists. The caller disposes the tensor.
 *
 * Each photo's features are kept under `data/cache`: what was computed once is taken from there, so that a run which
 * was interrupted goes on where it stopped. (Not with a preprocessing function that `namePreprocessing` doesn't know.)
 *
 * @param model any model from pixels `[n, height, width, 3]` to one output.
 * @param generator from `flowFromDirectory` with `shuffle: false`.
 * @param options `verbose`: 0 shows no progress bar, default 1.
 * @throws `InterruptedError` after Kernel > Interrupt, within a batch.
 */
export async function predictGenerator(
  model: LayersModel,
  generator: DirectoryIterator,
  { verbose = 1 }: { verbose?: number } = {},
): Promise<Tensor> {
  if (generator.shuffle) {
    throw problem({
      where: '`generator`',
      expected: 'photos in the order of their names, so that rows and labels fit',
      found: '`shuffle: true`',
      next: 'Pass `shuffle: false` to flowFromDirectory.',
    });
  }
  await tensorflowReady();
  const recipe = recipeOf(model, generator);
  const rows = await interruptible((interrupted) =>
    computeRows({ model, generator, recipe, interrupted, store: recipe && openFeatureStore() }, verbose),
  );
  const features = stackRows(rows, outputShape(model, generator));
  if (recipe) {
    setProvenance(features, {
      recipe,
      classIndices: generator.classIndices,
      filenames: [...generator.filenames],
      labels: [...generator.classes],
    });
  }
  return features;
}

interface Work {
  model: LayersModel;
  generator: DirectoryIterator;
  recipe: FeatureRecipe | undefined;
  store: FeatureStore | undefined;
  interrupted: () => boolean;
}

/** One photo on its way: `row` where the store has it, else `pixels`; `reason` where it can't be read. */
interface Entry {
  filename: string;
  key?: string;
  row?: Float32Array;
  pixels?: Uint8Array;
  reason?: string;
}

async function computeRows(work: Work, verbose: number): Promise<Float32Array[]> {
  const { generator, interrupted } = work;
  const names = [...generator.filenames];
  const batches = Array.from({ length: generator.length }, (_, b) =>
    names.slice(b * generator.batchSize, (b + 1) * generator.batchSize),
  );
  const progress = verbose ? progressBar(names.length) : undefined;
  const rows: Float32Array[] = [];
  const unreadable: { filename: string; reason: string }[] = [];
  let done = 0;
  let ahead = readEntries(work, batches[0] ?? []);
  for (let b = 0; b < batches.length; b++) {
    const entries = await ahead;
    // The next batch is decoded while the network works on this one; its errors are seen when it is awaited.
    ahead = readEntries(work, batches[b + 1] ?? []);
    ahead.catch(() => {});
    const computed = await computeMissing(work, entries);
    for (const { filename, row, reason } of entries) {
      if (row) rows.push(row);
      else unreadable.push({ filename, reason: reason! });
    }
    done += entries.length;
    progress?.update(done, computed === 0 ? 'from the feature store' : undefined);
    await breathe();
    if (interrupted() && done < names.length) throw stopped(work, done, names.length);
  }
  generator.leaveOut(unreadable);
  if (rows.length === 0) {
    throw problem({
      where: shownPath(generator.directory),
      expected: 'photos that can be read',
      found: `none among ${names.length}`,
      next: 'Look at the reasons above.',
    });
  }
  return rows;
}

function readEntries(work: Work, filenames: readonly string[]): Promise<Entry[]> {
  return Promise.all(filenames.map((filename) => readEntry(work, filename)));
}

async function readEntry({ generator, recipe, store }: Work, filename: string): Promise<Entry> {
  try {
    const bytes = await readPhotoFile(path.join(generator.directory, filename));
    const key = recipe && featureKey(bytes, recipe);
    const row = key && store?.get(key);
    return row ? { filename, row } : { filename, key, pixels: await generator.pixels(bytes) };
  } catch (error) {
    if (error instanceof UnreadablePhoto || error instanceof Unusable)
      return { filename, reason: error.reason };
    throw error;
  }
}

/** Runs the network on the entries that have no row yet, and keeps what it gives; returns how many these were. */
async function computeMissing({ model, generator, store }: Work, entries: Entry[]): Promise<number> {
  const missing = entries.filter((entry) => entry.pixels);
  if (missing.length === 0) return 0;
  const output = tf.tidy(() => {
    const x = generator.prepare(missing.map((entry) => entry.pixels!));
    return model.predictOnBatch(x) as Tensor;
  });
  const values = (await output.data()) as Float32Array;
  output.dispose();
  const size = values.length / missing.length;
  for (const [i, entry] of missing.entries()) entry.row = values.slice(i * size, (i + 1) * size);
  await store?.put(missing.map(({ key, row }) => ({ key: key!, row: row! })));
  return missing.length;
}

function stackRows(rows: Float32Array[], shape: number[]): Tensor {
  const size = rows[0]!.length;
  const values = new Float32Array(rows.length * size);
  for (const [i, row] of rows.entries()) values.set(row, i * size);
  return tf.tensor(values, [rows.length, ...shape]);
}

function outputShape(model: LayersModel, generator: DirectoryIterator): number[] {
  return (model.computeOutputShape([1, ...generator.targetSize, 3]) as number[]).slice(1);
}

function stopped({ store }: Work, done: number, total: number): InterruptedError {
  return new InterruptedError(
    store
      ? `Interrupted after ${done} of ${total} photos; their features are kept. Run the cell again to go on from there.`
      : `Interrupted after ${done} of ${total} photos; nothing is kept, as the preprocessing function has no name.`,
  );
}

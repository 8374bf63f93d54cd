/** `predictGenerator` and `predictToFile`: the network's output for each photo of a folder. */
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import { checkKeys, checkModel, problem, show } from '../check';
import type { DirectoryIterator } from '../datasets/batches/directory-iterator';
import { NpyWriter } from '../formats/npy-writer';
import { workersDeviceOf } from '../networks/gpu/device';
import type { Precision } from '../networks/graph-network';
import type { Network } from '../networks/network';
import { resolvePath, shownPath } from '../paths';
import { type CheckedCluster, type ClusterOptions, checkCluster } from './cluster/cluster-options';
import { extractOnCluster } from './cluster/extract-on-cluster';
import { processorKind } from './cluster/processor-kind';
import { type Extracted, extract } from './extract';
import { featuresOf, type Run, runOf, startedOver } from './features-of';
import { checkMetadataPlace, replaceWithMetadata } from './npy-metadata';
import { type FeatureRecipe, type Provenance, setProvenance } from './provenance';
import { featureStore } from './store/feature-store';
import { enforceLimit } from './store/store-folder';

/** The options of `predictGenerator`. */
export interface PredictOptions {
  /** 0 shows no progress bar. @default 1 */
  verbose?: number;
  /** `'float32'`, or `'bfloat16'` for about twice the speed where the processor has it. @default 'float32' */
  precision?: Precision;
  /** Whether the first photo that can't be read is an error. @default that of the generator */
  strict?: boolean;
}

/** The options of `predictToFile`. */
export interface PredictToFileOptions extends PredictOptions {
  /** Path of the `.npy` file. An earlier one is replaced, any other file is refused. */
  file: string;
  /**
   * Has the features computed by Dask's workers: `'local:2'`, `'tcp://host:8786'`, or an object with more to say. `npm run setup --
   * --cluster` installs Dask. @default the variable `LITTLE_DATA_CLUSTER`; without it, this process computes them
   */
  cluster?: string | ClusterOptions;
}

/**
 * Computes the output of a network for each photo of a folder: with VGG16 without its top at 150 x 150, bottleneck features
 * `[n, 4, 4, 512]` float32. Row i belongs to `generator.filenames[i]` with the label `generator.classes[i]`; a photo
 * that can't be read is named and leaves these lists. The caller disposes the tensor.
 *
 * Each photo's features are kept under `data/cache`: what was computed once is taken from there, so that a run which
 * was interrupted resumes where it stopped. (Not with a preprocessing function that `namePreprocessing` doesn't know.)
 *
 * @param model any model from pixels `[n, height, width, 3]` to one output.
 * @param generator from `flowFromDirectory` with `shuffle: false`.
 * @param options `verbose` (1), `precision` ('float32'), `strict`.
 * @returns float32 `[photos, ...]`, the model's output row by row.
 * @throws `InterruptedError` after Kernel > Interrupt, within a batch; with `strict`, `UnreadablePhoto`.
 * @example
 * ```ts
 * import { applications, ImageDataGenerator, predictGenerator } from 'little-data';
 * const { VGG16, vgg16 } = applications;
 * const datagen = new ImageDataGenerator({ preprocessingFunction: vgg16.preprocessInput });
 * const photos = datagen.flowFromDirectory('flowers', { targetSize: [48, 48], shuffle: false });
 * const features = await predictGenerator(await VGG16(), photos);
 * console.log(features.shape);
 * ```
 */
export async function predictGenerator(
  model: LayersModel,
  generator: DirectoryIterator,
  options: PredictOptions = {},
): Promise<Tensor> {
  checkKeys('predictGenerator', options, ['verbose', 'precision', 'strict']);
  const run = await prepare(model, generator, options);
  return startedOver(run, async (started) => {
    const { features, ...extracted } = await featuresOf(started);
    setProvenance(features, provenanceOfRun({ generator, recipe: started.recipe }, extracted));
    return features;
  });
}

/**
 * As `predictGenerator`, with the rows written to a `.npy` file as they come: the memory it takes does not grow with
 * the number of photos. The file holds float32 `[n, ...]` and appears whole, at the end; `np.load` reads it. Photos,
 * labels and preprocessing row by row stand in `<file>.json` beside it, as `np.save` writes them.
 *
 * @param model any model from pixels `[n, height, width, 3]` to one output.
 * @param generator from `flowFromDirectory` with `shuffle: false`.
 * @param options `file`: path of the `.npy` file; `cluster`: where Dask's workers compute (`'local:2'`, `'tcp://host:8786'`); `verbose`,
 *   `precision` and `strict` as for `predictGenerator`.
 * @returns the file, and the shape of the array in it.
 * @throws as `predictGenerator`, and where the file can't be written; then an earlier one is still there.
 * @example
 * ```ts
 * import { applications, ImageDataGenerator, predictToFile } from 'little-data';
 * const { VGG16, vgg16 } = applications;
 * const datagen = new ImageDataGenerator({ preprocessingFunction: vgg16.preprocessInput });
 * const photos = datagen.flowFromDirectory('flowers', { targetSize: [48, 48], shuffle: false });
 * const { file, shape } = await predictToFile(await VGG16(), photos, { file: 'all.npy' });
 * console.log(file, shape);
 * ```
 */
export async function predictToFile(
  model: LayersModel,
  generator: DirectoryIterator,
  options: PredictToFileOptions,
): Promise<{ file: string; shape: number[] }> {
  checkKeys('predictToFile', options, ['file', 'cluster', 'verbose', 'precision', 'strict']);
  return predictWith(model, generator, { ...options, cluster: checkCluster(options.cluster) });
}

/** `predictToFile` with a cluster that was checked. */
export async function predictWith(
  model: LayersModel,
  generator: DirectoryIterator,
  { cluster, ...options }: Omit<PredictToFileOptions, 'cluster'> & { cluster: CheckedCluster | undefined },
): Promise<{ file: string; shape: number[] }> {
  const file = resolvePath(options.file);
  const workersOn = cluster && workersDeviceOf(model);
  let run = await prepare(model, generator, { ...options, workersOn });
  checkMetadataPlace(file);
  if (cluster) run = await onCluster(run, cluster);
  const writer = new NpyWriter(file, { rowShape: run.rowShape, maxRows: generator.samples });
  try {
    const write = (row: number, values: Float32Array) => writer.write(row, values);
    const { recipe, ...extracted } = await startedOver(run, async (started) => ({
      ...(await extract({ ...started, write })),
      recipe: started.recipe,
    }));
    const shape = [extracted.rows, ...run.rowShape];
    const provenance = provenanceOfRun({ generator, recipe }, extracted);
    const metadata = { shape, data: writer.digest(extracted.rows), ...provenance };
    replaceWithMetadata(file, metadata, () => writer.finish(extracted.rows));
    // Workers leave it to the process that gathers.
    if (cluster) await enforceLimit(featureStore.maxBytes);
    return { file, shape };
  } finally {
    writer.close();
  }
}

/** The run that gathers what the workers computed. What the store has lost meanwhile is computed here, if that gives the same bytes. */
async function onCluster(run: Run, cluster: CheckedCluster): Promise<Run> {
  const kind = await extractOnCluster(run, cluster);
  const isAlike = kind === undefined || cluster.mixed || kind === processorKind();
  if (isAlike && run.recipe?.device !== 'gpu') return run;
  return {
    ...run,
    network: {
      device: 'cpu',
      rows: () => {
        throw problem({
          where: 'the feature store',
          expected: 'all rows that the workers computed',
          found:
            'that some are missing, and this process computes on another kind of processor than the workers',
          next: 'Run this again. Where it comes back, see to it that all machines use one feature store (`LITTLE_DATA_DIR`).',
        });
      },
    },
  };
}

async function prepare(
  model: LayersModel,
  generator: DirectoryIterator,
  {
    verbose = 1,
    precision = 'float32',
    strict = generator?.strict ?? false,
    workersOn,
  }: PredictOptions & { workersOn?: Network['device'] | undefined },
): Promise<Run> {
  checkModel('model', model);
  if (!Array.isArray(generator?.filenames))
    throw problem({
      where: '`generator`',
      expected: 'what flowFromDirectory gives',
      found: show(generator),
      next: 'Pass e.g. `new ImageDataGenerator().flowFromDirectory(folder, { shuffle: false })`.',
    });
  if (generator.shuffle) {
    throw problem({
      where: '`generator`',
      expected: 'photos in the order of their names, so that rows and labels fit',
      found: '`shuffle: true`',
      next: 'Pass `shuffle: false` to flowFromDirectory.',
    });
  }
  return runOf(model, generator.photos, {
    ...{ place: generator.directory, verbose, precision, strict, workersOn },
  });
}

/** Removes the photos that have no row from the generator's lists: rows = files = labels. */
function provenanceOfRun(
  { generator, recipe }: { generator: DirectoryIterator; recipe: FeatureRecipe | undefined },
  { rows, hashes, leftOut }: Extracted,
): Provenance {
  const names = generator.filenames;
  const unreadable = leftOut.map(({ at, reason }) => ({ filename: names[at]!, reason }));
  generator.leaveOut(unreadable);
  const { filenames, classes, classIndices, directory } = generator;
  if (filenames.length !== rows || classes.length !== rows) {
    throw problem({
      where: shownPath(directory),
      expected: `the ${rows} photos that were read`,
      found: `${filenames.length} photos with ${classes.length} labels`,
      next: 'Use the generator for one thing at a time: make it again, and run the cell again.',
    });
  }
  return {
    ...(recipe && { recipe }),
    directory: shownPath(directory),
    classIndices,
    filenames: [...filenames],
    labels: [...classes],
    hashes,
    leftOut: Object.fromEntries(unreadable.map(({ filename, reason }) => [filename, reason])),
  };
}

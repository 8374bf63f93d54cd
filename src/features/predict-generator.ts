/** `predictGenerator` and `predictToFile`: the network's output for each photo of a folder. */
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import { checkKeys, problem } from '../check';
import type { DirectoryIterator } from '../datasets/batches/directory-iterator';
import { NpyWriter } from '../formats/npy-writer';
import type { Precision } from '../networks/graph-network';
import { networkFor } from '../networks/network-for';
import { resolvePath, shownPath } from '../paths';
import { tensorflowReady, tf } from '../tensorflow';
import { type Extracted, type Extraction, extract } from './extract';
import { checkMetadataPlace, writeMetadata } from './npy-metadata';
import { type FeatureRecipe, type Provenance, setProvenance } from './provenance';
import { recipeOf } from './recipe';

/** What `predictGenerator` and `predictToFile` both take. See there. */
export interface PredictOptions {
  verbose?: number;
  precision?: Precision;
  strict?: boolean;
}

/**
 * What a network makes of each photo of a folder: with VGG16 without its top at 150 x 150, bottleneck features
 * `[n, 4, 4, 512]` float32. Row i belongs to `generator.filenames[i]` with the label `generator.classes[i]`; a photo
 * that can't be read is named and leaves these lists. The caller disposes the tensor.
 *
 * Each photo's features are kept under `data/cache`: what was computed once is taken from there, so that a run which
 * was interrupted resumes where it stopped. (Not with a preprocessing function that `namePreprocessing` doesn't know.)
 *
 * @param model any model from pixels `[n, height, width, 3]` to one output.
 * @param generator from `flowFromDirectory` with `shuffle: false`.
 * @param options `verbose`: 0 shows no progress bar, default 1; `precision`: `'float32'`, or `'bfloat16'` for about
 *   twice the speed where the processor has it, default `'float32'`; `strict`: true makes the first photo that can't be
 *   read an error, default false.
 * @returns float32 `[photos, ...]`, the model's output row by row.
 * @throws `InterruptedError` after Kernel > Interrupt, within a batch; with `strict`, `UnreadablePhoto`.
 */
export async function predictGenerator(
  model: LayersModel,
  generator: DirectoryIterator,
  options: PredictOptions = {},
): Promise<Tensor> {
  checkKeys('predictGenerator', options, ['verbose', 'precision', 'strict']);
  const job = await prepare(model, generator, options);
  const values = allocate(generator.samples, job);
  const extracted = await extract({
    ...job.extraction,
    write: (row, row32) => values.set(row32, row * job.size),
  });
  const kept = extracted.rows * job.size;
  const features = tf.tensor(kept === values.length ? values : values.slice(0, kept), [
    extracted.rows,
    ...job.shape,
  ]);
  const provenance = provenanceOfRun(job, extracted);
  if (provenance) setProvenance(features, provenance);
  return features;
}

/**
 * As `predictGenerator`, with the rows written to a `.npy` file as they come: the memory it takes does not grow with
 * the number of photos. The file holds float32 `[n, ...]` and appears whole, at the end; `np.load` reads it. Photos,
 * labels and preprocessing row by row stand in `<file>.json` beside it, as `np.save` writes them.
 *
 * @param model any model from pixels `[n, height, width, 3]` to one output.
 * @param generator from `flowFromDirectory` with `shuffle: false`.
 * @param options `file`: path of the `.npy` file, an earlier one is replaced, any other file is refused; `verbose`, `precision` and `strict` as for
 *   `predictGenerator`.
 * @returns the file, and the shape of the array in it.
 * @throws as `predictGenerator`, and where the file can't be written; then an earlier one is still there.
 */
export async function predictToFile(
  model: LayersModel,
  generator: DirectoryIterator,
  options: PredictOptions & { file: string },
): Promise<{ file: string; shape: number[] }> {
  checkKeys('predictToFile', options, ['file', 'verbose', 'precision', 'strict']);
  const file = resolvePath(options.file);
  const job = await prepare(model, generator, options);
  checkMetadataPlace(file);
  const writer = new NpyWriter(file, { rowShape: job.shape, maxRows: generator.samples });
  try {
    const extracted = await extract({ ...job.extraction, write: (row, values) => writer.write(row, values) });
    const shape = [extracted.rows, ...job.shape];
    const provenance = provenanceOfRun(job, extracted);
    writeMetadata(file, undefined);
    const data = writer.finish(extracted.rows);
    if (provenance) writeMetadata(file, { shape, data, ...provenance });
    return { file, shape };
  } finally {
    writer.close();
  }
}

interface Job {
  generator: DirectoryIterator;
  recipe: FeatureRecipe | undefined;
  /** Shape of a row, and how many values it has. */
  shape: number[];
  size: number;
  extraction: Omit<Extraction, 'write'>;
}

async function prepare(
  model: LayersModel,
  generator: DirectoryIterator,
  { verbose = 1, precision = 'float32', strict = generator.strict }: PredictOptions,
): Promise<Job> {
  if (generator.shuffle) {
    throw problem({
      where: '`generator`',
      expected: 'photos in the order of their names, so that rows and labels fit',
      found: '`shuffle: true`',
      next: 'Pass `shuffle: false` to flowFromDirectory.',
    });
  }
  await tensorflowReady();
  const shape = outputShape(model, generator);
  const network = await networkFor(model, { precision });
  const recipe = recipeOf(model, generator, { precision });
  const size = shape.reduce((a, b) => a * b, 1);
  return { generator, recipe, shape, size, extraction: { network, generator, recipe, strict, verbose } };
}

/** Called when the photos that can't be read have left the generator's lists: rows = files = labels. */
function provenanceOfRun(
  { recipe, generator }: Job,
  { rows, hashes, leftOut }: Extracted,
): Provenance | undefined {
  const { filenames, classes, classIndices, directory } = generator;
  if (filenames.length !== rows || classes.length !== rows) {
    throw problem({
      where: shownPath(directory),
      expected: `the ${rows} photos that were read`,
      found: `${filenames.length} photos with ${classes.length} labels`,
      next: 'Use the generator for one thing at a time: make it again, and run the cell again.',
    });
  }
  if (!recipe) return undefined;
  return { recipe, classIndices, filenames: [...filenames], labels: [...classes], hashes, leftOut };
}

function outputShape(model: LayersModel, generator: DirectoryIterator): number[] {
  // A Sequential model knows its inputs only once it is built.
  if (!model.built) model.build(model.inputs[0]!.shape);
  const shape = model.computeOutputShape([1, ...generator.targetSize, 3]);
  if (shape.every((size) => typeof size === 'number')) return shape.slice(1) as number[];
  throw problem({
    where: '`model`',
    expected: 'a network with one output of a known size',
    found: JSON.stringify(shape),
    next: 'Make a model of one of its outputs with `tf.model`.',
  });
}

function allocate(rows: number, { size }: Job): Float32Array {
  try {
    return new Float32Array(rows * size);
  } catch {
    throw problem({
      where: '`generator`',
      expected: 'photos whose features fit into memory',
      found: `${rows} photos of ${size} values, ${((rows * size * 4) / 2 ** 30).toFixed(1)} GiB`,
      next: 'Write them to a file with `predictToFile`.',
    });
  }
}

/** The features of a list of photos, as one tensor. */
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import { problem } from '../check';
import type { PhotoBatches } from '../datasets/batches/photo-batches';
import { UnreadablePhoto } from '../images/unreadable-photo';
import { deviceOf } from '../networks/gpu/device';
import { GpuLost } from '../networks/gpu/gpu-lost';
import type { Precision } from '../networks/graph-network';
import type { Network } from '../networks/network';
import { cpuNetwork, networkFor } from '../networks/network-for';
import { shownPath } from '../paths';
import { tensorflowReady, tf } from '../tensorflow';
import { type Extracted, type Extraction, extract } from './extract';
import { recipeOf } from './recipe';

/** An extraction that can begin. */
export interface Run extends Omit<Extraction, 'write'> {
  /** The shape of one row. */
  rowShape: number[];
  /** The same on the processor; undefined where it runs there, or must not. */
  onCpu?: () => Promise<Run>;
}

/**
 * Checks that a model fits the photos, and gets it ready.
 *
 * @param options `place`: the folder of the photos, for errors; `verbose`, `precision`, `strict`: as for `predictGenerator`; `workersOn`: what
 *   the workers of a cluster compute on. This process needs no graphics card for it.
 */
export async function runOf(
  model: LayersModel,
  photos: PhotoBatches,
  {
    precision,
    workersOn,
    ...options
  }: Pick<Extraction, 'place' | 'verbose' | 'strict'> & {
    precision: Precision;
    workersOn?: Network['device'] | undefined;
  },
): Promise<Run> {
  await tensorflowReady();
  const rowShape = rowShapeOf(model, photos);
  const { preparation, files } = photos;
  const use = { photos: files.length, preparation, sample: () => firstPixels(photos) };
  const runOn = (network: Network): Run => {
    const recipe = recipeOf(model, preparation, { precision, device: workersOn ?? network.device });
    return { network, photos, recipe, rowShape, ...options };
  };
  const network = workersOn
    ? await cpuNetwork(model, precision)
    : await networkFor(model, { precision, use });
  const mayGoOn = network.device === 'gpu' && deviceOf(model) === 'auto';
  return {
    ...runOn(network),
    ...(mayGoOn && { onCpu: async () => runOn(await cpuNetwork(model, precision)) }),
  };
}

/**
 * What `work` gives for a run. Where the graphics card is lost meanwhile and the processor may compute too, it starts over there: rows of both
 * are never mixed.
 */
export async function startedOver<T>(run: Run, work: (run: Run) => Promise<T>): Promise<T> {
  try {
    return await work(run);
  } catch (error) {
    if (!(error instanceof GpuLost) || !run.onCpu) throw error;
    console.log(`The graphics card did not compute: ${error.reason}. The processor starts over.`);
    return work(await run.onCpu());
  }
}

/** The pixels of the first photo that can be read. */
async function firstPixels(photos: PhotoBatches): Promise<Uint8Array | undefined> {
  for (const file of photos.files) {
    try {
      return await photos.pixels(file);
    } catch (error) {
      if (!(error instanceof UnreadablePhoto)) throw error;
    }
  }
  return undefined;
}

/** The features, float32 `[rows, ...]`, and which photos they are of. The caller disposes them. */
export async function featuresOf(run: Run): Promise<Extracted & { features: Tensor }> {
  const { rowShape, ...extraction } = run;
  const size = rowShape.reduce((a, b) => a * b, 1);
  const values = allocate(extraction.photos.files.length, { size, place: extraction.place });
  const extracted = await extract({
    ...extraction,
    write: (row, row32) => values.set(row32, row * size),
  });
  const kept = extracted.rows * size;
  const own = kept === values.length ? values : values.slice(0, kept);
  return { ...extracted, features: tf.tensor(own, [extracted.rows, ...rowShape]) };
}

function rowShapeOf(model: LayersModel, { preparation: { targetSize } }: PhotoBatches): number[] {
  // A Sequential model knows its inputs only once it is built.
  if (!model.built) model.build(model.inputs[0]!.shape);
  const [, ...size] = model.inputs[0]!.shape as (number | null)[];
  if (size.length !== 3 || targetSize.some((side, i) => size[i] !== null && size[i] !== side))
    throw problem({
      where: '`model`',
      expected: `a network for the \`targetSize\` of the photos, [${targetSize.join(', ')}]`,
      found: `a network for [${size.slice(0, 2).join(', ')}]`,
      next: 'Pass this size as `targetSize`, or build the network for the size of the photos.',
    });
  const shape = model.computeOutputShape([1, ...targetSize, 3]);
  if (!shape.every((side) => typeof side === 'number'))
    throw problem({
      where: '`model`',
      expected: 'a network with one output of a known size',
      found: JSON.stringify(shape),
      next: 'Make a model of one of its outputs with `tf.model`.',
    });
  const row = shape.slice(1) as number[];
  if (row.every((side) => side > 0)) return row;
  throw problem({
    where: '`targetSize`',
    expected: 'photos large enough for the network (VGG16: 32 x 32 or more)',
    found: `[${targetSize.join(', ')}], of which [${row.join(', ')}] is left at its end`,
    next: 'Pass a larger `targetSize`.',
  });
}

function allocate(rows: number, { size, place }: { size: number; place: string }): Float32Array {
  try {
    return new Float32Array(rows * size);
  } catch {
    throw problem({
      where: shownPath(place),
      expected: 'photos whose features fit into memory',
      found: `${rows} photos of ${size} values, ${((rows * size * 4) / 2 ** 30).toFixed(1)} GiB`,
      next: 'Write them to a file with `predictToFile`.',
    });
  }
}

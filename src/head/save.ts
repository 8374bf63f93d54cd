/** A head on the disk: weights in Keras' layout, with what the head was trained on. */
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import { problem, show } from '../check';
import { type H5Layer, readH5, writeH5 } from '../features/h5';
import { type FeatureRecipe, provenanceOf } from '../features/provenance';
import { shownPath } from '../paths';
import { processState } from '../state';
import { tensorflowReady, tf } from '../tensorflow';
import { buildHead } from './build';

/** What a head needs to answer for photos: which features it was trained on and what its classes are called. */
export interface HeadNotes {
  /** A feature row's shape, such as `[4, 4, 512]`. */
  inputShape: number[];
  /** Share of the units left out while training. */
  dropout: number;
  /** Class name -> label. */
  classIndices?: Record<string, number>;
  recipe?: FeatureRecipe;
}

const attribute = 'little_data';

/**
 * Writes a head's weights as Keras' `save_weights('bottleneck_fc_model.h5')` does, whole or not at all: the same head
 * in Keras loads them with `load_weights`. Class names and the features' recipe stand in the attribute `little_data`.
 *
 * @param head from `buildHead` or `trainHead`. @param file path of the `.h5` file; an earlier one is replaced.
 */
export async function saveHead(head: LayersModel, file: string): Promise<void> {
  const notes = headNotes(head);
  const layers = head.layers.map((layer): H5Layer => {
    const names = layer.weights.map((weight) => weight.originalName.replace(/.*\//, ''));
    const weights = layer.getWeights().map((weight, i) => ({
      name: `${layer.name}/${names[i]}:0`,
      shape: weight.shape,
      data: weight.dataSync() as Float32Array,
    }));
    return { name: layer.name, weights };
  });
  await writeH5(file, { layers, attributes: { backend: 'tensorflow', [attribute]: JSON.stringify(notes) } });
}

/**
 * Loads a head that `saveHead` or Keras saved; compares it with the features it is for.
 *
 * @param file an `.h5` file of two dense layers in Keras' layout.
 * @param options `features`: features `[n, ...]` the head must fit, such as those of `np.load`; `inputShape`: a feature
 *   row's shape for a file of Keras, which doesn't hold it, default a square of 512 channels.
 * @throws where the file is missing, holds another model, or the head was trained for other features.
 */
export async function loadHead(
  file: string,
  { features, inputShape }: { features?: Tensor; inputShape?: readonly number[] } = {},
): Promise<LayersModel> {
  const { layers, attributes } = await readH5(file);
  await tensorflowReady();
  const [hidden, output] = denseLayers(file, layers);
  const noted = attributes[attribute] ? (JSON.parse(attributes[attribute]) as HeadNotes) : undefined;
  const notes: HeadNotes = noted ?? {
    inputShape: rowShape(file, hidden.shape[0]!, inputShape),
    dropout: 0.5,
  };
  if (features) checkFeatures(file, notes, features);
  const columns = output.shape[1]!;
  const head = buildHead({
    inputShape: notes.inputShape,
    units: hidden.shape[1]!,
    classes: columns === 1 ? 2 : columns,
    dropout: notes.dropout,
    seed: 0,
  });
  const tensors = layers.flatMap((layer) => layer.weights.map(({ data, shape }) => tf.tensor(data, shape)));
  head.setWeights(tensors);
  tf.dispose(tensors);
  known().set(head, notes);
  return head;
}

/** What is known of a head: from the features it was trained on, or from its file. */
export function headNotes(head: LayersModel): HeadNotes {
  const dropout = head.layers.find((layer) => layer.getClassName() === 'Dropout')?.getConfig().rate;
  const { recipe, classIndices } = provenanceOf(head) ?? known().get(head) ?? {};
  return {
    inputShape: (head.inputs[0]!.shape as number[]).slice(1),
    dropout: typeof dropout === 'number' ? dropout : 0,
    classIndices,
    recipe,
  };
}

function denseLayers(file: string, layers: H5Layer[]) {
  const kernels = layers.map((layer) => layer.weights[0]!);
  const [hidden, output] = kernels;
  const fits =
    layers.length === 2 &&
    layers.every(
      ({ weights: [kernel, bias] }) => kernel?.shape.length === 2 && bias?.shape[0] === kernel.shape[1],
    ) &&
    hidden!.shape[1] === output!.shape[0];
  if (fits) return [hidden!, output!] as const;
  throw problem({
    where: shownPath(file),
    expected: 'the two dense layers of a head',
    found:
      layers.map(({ name, weights }) => `${name} [${weights[0]?.shape.join(', ')}]`).join(' + ') ||
      'no layers',
    next: 'Pass the file that saveHead wrote, such as bottleneck_fc_model.h5.',
  });
}

function rowShape(file: string, size: number, given?: readonly number[]): number[] {
  const side = Math.sqrt(size / 512);
  const shape = given ? [...given] : [side, side, 512];
  if (shape.every(Number.isInteger) && shape.reduce((a, b) => a * b, 1) === size) return shape;
  throw problem({
    where: shownPath(file),
    expected: given
      ? `a head for rows of shape [${given.join(', ')}]`
      : 'a head for a square of 512 channels',
    found: `a first layer with ${size} inputs`,
    next: 'Pass `inputShape`, the shape of a feature row, e.g. [4, 4, 512].',
  });
}

function checkFeatures(file: string, notes: HeadNotes, features: Tensor): void {
  const row = features.shape.slice(1);
  const theirs = provenanceOf(features)?.recipe;
  const size = ({ targetSize }: FeatureRecipe) => `targetSize [${targetSize.join(', ')}]`;
  if (JSON.stringify(row) !== JSON.stringify(notes.inputShape)) {
    throw problem({
      where: shownPath(file),
      expected: `a head for features [n, ${row.join(', ')}]${theirs ? ` (${size(theirs)})` : ''}`,
      found: `one for [n, ${notes.inputShape.join(', ')}]${notes.recipe ? ` (${size(notes.recipe)})` : ''}`,
      next: 'Make the features with the `targetSize` of the head, or train a head on these features.',
    });
  }
  if (theirs && notes.recipe) checkRecipe(notes.recipe, theirs, shownPath(file));
}

/** Throws where features are made in another way than those the head was trained on, and names the difference. */
export function checkRecipe(head: FeatureRecipe, features: FeatureRecipe, where: string): void {
  for (const part of ['targetSize', 'preprocessing', 'exifOrientation', 'model'] as const) {
    if (JSON.stringify(head[part]) === JSON.stringify(features[part])) continue;
    throw problem({
      where,
      expected: `features with the ${part === 'model' ? 'network (SHA-256)' : part} the head was trained on, ${text(head[part])}`,
      found: text(features[part]),
      next: 'Make the features in the same way, or train a head on these.',
    });
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? show(value) : JSON.stringify(value);
}

function known(): WeakMap<LayersModel, HeadNotes> {
  return processState('heads', () => new WeakMap<LayersModel, HeadNotes>());
}

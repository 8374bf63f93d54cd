/** Saves and loads a head: weights in Keras' layout, with the head's metadata. */
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import { checkKeys, problem } from '../check';
import { type FeatureRecipe, provenanceOf } from '../features/provenance';
import { parseRecord } from '../files/record';
import { checkReplaceable } from '../files/replaceable';
import { type H5Layer, readH5, signature, writeH5 } from '../formats/h5';
import { resolvePath, shownPath } from '../paths';
import { tensorflowReady, tf } from '../tensorflow';
import { buildHead } from './build-head';
import { checkIndices, classesOf } from './classes';
import {
  checkRecipe,
  type HeadMetadata,
  headMetadata,
  headMetadataSchema,
  setHeadMetadata,
} from './head-metadata';

const attribute = 'little_data';

/** The options of `loadHead`. */
export interface LoadHeadOptions {
  /** Features `[n, ...]` that the head must fit, such as those of `np.load`. @default not checked */
  features?: Tensor;
  /** A feature row's shape, for a file of Keras, which does not hold it. @default a square of 512 channels */
  inputShape?: readonly number[];
}

/**
 * Saves a head's weights as Keras' `save_weights('bottleneck_fc_model.h5')` does. The same head in Keras loads them with
 * `load_weights`. The attribute `little_data` holds the class names and how the features were made. The file is written
 * whole or not at all.
 *
 * @param head from `buildHead` or `trainHead`.
 * @param file path of the `.h5` file. An earlier `.h5` file is replaced.
 * @throws LittleDataError where the file can not be written, or another kind of file has this name. That file is not
 *   changed.
 * @example
 * ```ts
 * import { loadHead, saveHead } from 'little-data';
 * const head = await loadHead('head.h5');
 * await saveHead(head, 'copy.h5');
 * ```
 */
export async function saveHead(head: LayersModel, file: string): Promise<void> {
  const place = resolvePath(file);
  checkReplaceable(place, { kind: '.h5', signature });
  const metadata = headMetadata(head);
  checkIndices(metadata.classIndices, classesOf(head), 'the head');
  const layers = head.layers.map((layer): H5Layer => {
    const names = layer.weights.map((weight) => weight.originalName.replace(/.*\//, ''));
    const weights = layer.getWeights().map((weight, i) => ({
      name: `${layer.name}/${names[i]}:0`,
      shape: weight.shape,
      data: weight.dataSync() as Float32Array,
    }));
    return { name: layer.name, weights };
  });
  await writeH5(place, {
    layers,
    attributes: { backend: 'tensorflow', [attribute]: JSON.stringify(metadata) },
  });
}

/**
 * Loads a head that `saveHead` or Keras saved, and checks that it fits the features.
 *
 * @param file two dense layers in a layout of Keras: `.h5` (Keras 2, `saveHead`) or `.weights.h5` (Keras 3).
 * @param options `features`: features that the head must fit; `inputShape`: a feature row's shape, for a file of Keras.
 * @returns the head, not compiled. From a file of `saveHead` it knows its classes and how its photos were prepared. The
 *   caller disposes it.
 * @throws LittleDataError where the file is missing, holds another model, or the head was trained on other features.
 * @example
 * ```ts
 * import { loadHead, np } from 'little-data';
 * const head = await loadHead('head.h5', { features: await np.load('features.npy') });
 * head.summary();
 * ```
 */
export async function loadHead(file: string, options: LoadHeadOptions = {}): Promise<LayersModel> {
  checkKeys('loadHead', options, ['features', 'inputShape']);
  const { features, inputShape } = options;
  const place = resolvePath(file);
  const { layers, attributes } = await readH5(place);
  await tensorflowReady();
  const [hidden, output] = denseLayers(place, layers);
  const saved = attributes[attribute] ? readMetadata(place, attributes[attribute]) : undefined;
  const metadata: HeadMetadata = {
    dropout: 0.5,
    ...saved,
    inputShape: rowShape(place, hidden.shape[0]!, saved?.inputShape ?? inputShape),
  };
  if (features) checkFeatures(place, metadata, features);
  const columns = output.shape[1]!;
  checkIndices(metadata.classIndices, Math.max(2, columns), shownPath(place));
  const head = buildHead({
    inputShape: metadata.inputShape,
    units: hidden.shape[1]!,
    classes: columns === 1 ? 2 : columns,
    dropout: metadata.dropout,
    seed: 0,
  });
  const tensors = layers.flatMap((layer) => layer.weights.map(({ data, shape }) => tf.tensor(data, shape)));
  head.setWeights(tensors);
  tf.dispose(tensors);
  setHeadMetadata(head, metadata);
  return head;
}

function readMetadata(file: string, text: string): HeadMetadata {
  return parseRecord(text, headMetadataSchema, {
    where: `the attribute \`${attribute}\` of ${shownPath(file)}`,
    what: 'the metadata that saveHead wrote',
    next: 'The file is damaged. Save the head again.',
  });
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

function checkFeatures(file: string, metadata: HeadMetadata, features: Tensor): void {
  const row = features.shape.slice(1);
  const found = provenanceOf(features)?.recipe;
  const size = ({ targetSize }: FeatureRecipe) => `targetSize [${targetSize.join(', ')}]`;
  if (JSON.stringify(row) !== JSON.stringify(metadata.inputShape)) {
    throw problem({
      where: shownPath(file),
      expected: `a head for features [n, ${row.join(', ')}]${found ? ` (${size(found)})` : ''}`,
      found: `one for [n, ${metadata.inputShape.join(', ')}]${metadata.recipe ? ` (${size(metadata.recipe)})` : ''}`,
      next: 'Compute the features with the `targetSize` of the head, or train a head on these features.',
    });
  }
  if (found && metadata.recipe) checkRecipe(metadata.recipe, found, shownPath(file));
}

/** A head on the disk: weights in Keras' layout, with what the head was trained on. */
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import { problem } from '../check';
import { type FeatureRecipe, provenanceOf } from '../features/provenance';
import { parseRecord } from '../files/record';
import { checkReplaceable } from '../files/replaceable';
import { type H5Layer, readH5, signature, writeH5 } from '../formats/h5';
import { shownPath } from '../paths';
import { tensorflowReady, tf } from '../tensorflow';
import { buildHead } from './build-head';
import { checkIndices, classesOf } from './classes';
import { checkRecipe, type HeadNotes, headNotes, headNotesSchema, noteHead } from './notes';

const attribute = 'little_data';

/**
 * Writes a head's weights as Keras' `save_weights('bottleneck_fc_model.h5')` does, whole or not at all: the same head
 * in Keras loads them with `load_weights`. Class names and the features' recipe stand in the attribute `little_data`.
 *
 * @param head from `buildHead` or `trainHead`.
 * @param file path of the `.h5` file; an earlier one is replaced, any other file is refused.
 * @throws where the file can't be written, or another kind of file is there; then what was there is as it was.
 */
export async function saveHead(head: LayersModel, file: string): Promise<void> {
  checkReplaceable(file, { kind: '.h5', signature });
  const notes = headNotes(head);
  checkIndices(notes.classIndices, classesOf(head), 'the head');
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
 * @param file two dense layers in a layout of Keras: `.h5` (Keras 2, `saveHead`) or `.weights.h5` (Keras 3).
 * @param options `features`: features `[n, ...]` the head must fit, such as those of `np.load`; `inputShape`: a feature
 *   row's shape for a file of Keras, which doesn't hold it, default a square of 512 channels.
 * @returns the head, not compiled; with `saveHead`'s file it knows its classes and how its photos were prepared. The
 *   caller disposes it.
 * @throws where the file is missing, holds another model, or the head was trained for other features.
 */
export async function loadHead(
  file: string,
  { features, inputShape }: { features?: Tensor; inputShape?: readonly number[] } = {},
): Promise<LayersModel> {
  const { layers, attributes } = await readH5(file);
  await tensorflowReady();
  const [hidden, output] = denseLayers(file, layers);
  const noted = attributes[attribute] ? readNotes(file, attributes[attribute]) : undefined;
  const notes: HeadNotes = {
    dropout: 0.5,
    ...noted,
    inputShape: rowShape(file, hidden.shape[0]!, noted?.inputShape ?? inputShape),
  };
  if (features) checkFeatures(file, notes, features);
  const columns = output.shape[1]!;
  checkIndices(notes.classIndices, Math.max(2, columns), shownPath(file));
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
  noteHead(head, notes);
  return head;
}

function readNotes(file: string, text: string): HeadNotes {
  return parseRecord(text, headNotesSchema, {
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

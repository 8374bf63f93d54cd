/** Loads a head that `saveHead` or Keras saved. */
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import { checkKeys, checkModel, problem } from '../check';
import { provenanceOf } from '../features/provenance';
import { parseRecord } from '../files/record';
import { type H5Weights, readH5 } from '../formats/h5';
import { modelOfKerasConfig } from '../networks/keras-config';
import { setLayerWeights, weightsDigest } from '../networks/layer-weights';
import { withKerasSummary } from '../networks/summary';
import { resolvePath, shownPath } from '../paths';
import { tensorflowReady } from '../tensorflow';
import { checkIndices, classesOf } from './classes';
import {
  checkRecipe,
  type HeadMetadata,
  headMetadataSchema,
  metadataAttribute,
  setHeadMetadata,
} from './head-metadata';

/** The options of `loadHead`. */
export interface LoadHeadOptions {
  /** Features `[n, ...]` that the head must fit, such as those of `np.load`. @default not checked */
  features?: Tensor;
  /**
   * The model that gets the weights, for a file that holds weights only (Keras' `save_weights`). It is returned.
   * @default the structure in the file
   */
  model?: LayersModel;
}

/**
 * Loads a head that `saveHead` or Keras saved, with its own layers and activations.
 *
 * @param file a file of `saveHead` or of Keras' `model.save('head.h5')`; with `model`, also one of Keras'
 *   `model.save_weights` (`.h5` of Keras 2, `.weights.h5` of Keras 3).
 * @param options `features`: features that the head must fit; `model`: the model for a file of weights only.
 * @returns the head, not compiled. From a file of `saveHead` it knows its classes and how its photos were prepared. The
 *   caller disposes it.
 * @throws LittleDataError where the file is missing, damaged, holds weights only, a layer that TensorFlow.js does not
 *   compute as Keras does, or weights that are not finite numbers; or the head was trained on other features.
 * @example
 * ```ts
 * import { loadHead, np } from 'little-data';
 * const head = await loadHead('head.h5', { features: np.load('features.npy') });
 * head.summary();
 * ```
 */
export async function loadHead(file: string, options: LoadHeadOptions = {}): Promise<LayersModel> {
  checkKeys('loadHead', options, ['features', 'model']);
  const { features, model } = options;
  if (model) checkModel('model', model);
  const place = resolvePath(file);
  const saved = await readH5(place);
  const metadata = metadataIn(saved, place);
  await tensorflowReady();
  const head = model ?? withKerasSummary(await modelIn(saved, place));
  try {
    setLayerWeights(head, saved.layers, shownPath(place));
    checkIndices(metadata.classIndices, classesOf(head), shownPath(place));
    if (features) checkFeatures(features, { head, metadata, place });
  } catch (error) {
    if (!model) head.dispose();
    throw error;
  }
  setHeadMetadata(head, metadata);
  return head;
}

function modelIn({ attributes, layers }: H5Weights, file: string): Promise<LayersModel> {
  const { model_config: config } = attributes;
  if (config === undefined) throw weightsOnly(file, layers);
  let parsed: unknown;
  try {
    parsed = JSON.parse(config);
  } catch {
    throw damaged(file, 'text that is not JSON in `model_config`');
  }
  return modelOfKerasConfig(parsed, shownPath(file));
}

function metadataIn({ attributes, layers }: H5Weights, file: string): HeadMetadata {
  const text = attributes[metadataAttribute];
  if (text === undefined) return {};
  const metadata = parseRecord(text, headMetadataSchema, {
    where: `the attribute \`${metadataAttribute}\` of ${shownPath(file)}`,
    what: 'the metadata that saveHead wrote',
    next: 'The file is damaged. Save the head again.',
  });
  const { digest, ...rest } = metadata;
  if (digest !== undefined && digest !== weightsDigest(layers, attributes.model_config ?? ''))
    throw damaged(file, 'other weights than were saved');
  return rest;
}

function damaged(file: string, found: string): Error {
  return problem({
    where: shownPath(file),
    expected: 'a head as it was saved',
    found,
    next: 'The file is damaged. Save the head again, or take a copy of the file.',
  });
}

/** Activations are not in such a file: sigmoid and tanh have weights of the same shapes. */
function weightsOnly(file: string, layers: H5Weights['layers']): Error {
  const kernels = layers.map(({ weights }) => weights[0]?.shape ?? []);
  const [units, inputs] = [kernels[0]?.[1] ?? 256, kernels[0]?.[0] ?? 8192];
  const side = Math.sqrt(inputs / 512);
  const shape = Number.isInteger(side) && side > 0 ? `[${side}, ${side}, 512]` : `[${inputs}]`;
  const classes = Math.max(2, kernels.at(-1)?.[1] ?? 2);
  return problem({
    where: shownPath(file),
    expected: 'a head with its structure',
    found: 'weights only, which do not tell the activations',
    next:
      'Pass the model that they belong to. For the head of the tutorial: ' +
      `\`{ model: buildHead({ inputShape: ${shape}, units: ${units}, classes: ${classes}, seed: 0 }) }\`. ` +
      "In Keras, `model.save('head.h5')` saves the structure too.",
  });
}

function checkFeatures(
  features: Tensor,
  { head, metadata, place }: { head: LayersModel; metadata: HeadMetadata; place: string },
): void {
  const own = head.inputs[0]!.shape.slice(1);
  if (String(features.shape.slice(1)) !== String(own)) {
    const size = metadata.recipe ? ` (targetSize [${metadata.recipe.targetSize.join(', ')}])` : '';
    throw problem({
      where: shownPath(place),
      expected: `a head for features [n, ${features.shape.slice(1).join(', ')}]`,
      found: `one for [n, ${own.join(', ')}]${size}`,
      next: 'Compute the features in the same way, or load the head that belongs to them.',
    });
  }
  const provenance = provenanceOf(features);
  if (metadata.classIndices && provenance) checkRecipe(metadata.recipe, provenance.recipe, shownPath(place));
}

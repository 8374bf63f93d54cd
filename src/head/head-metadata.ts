/** The metadata of a head: the features it was trained on, and the names of its classes. */
import type { LayersModel } from '@tensorflow/tfjs-node';
import * as v from 'valibot';
import { problem, show } from '../check';
import { classIndicesSchema, type FeatureRecipe, provenanceOf, recipeSchema } from '../features/provenance';
import { sha256Text } from '../files/record';
import { processState } from '../state';

/** What a head needs to know to predict photos. */
export interface HeadMetadata {
  /** Class name -> label. */
  classIndices?: Record<string, number>;
  /** How the features were made. */
  recipe?: FeatureRecipe;
}

/** The attribute of an `.h5` file that holds the metadata, as JSON. */
export const metadataAttribute = 'little_data';

/** The metadata in the file of a head. `digest` is that of structure and weights; earlier versions wrote none. */
export const headMetadataSchema = v.object({
  classIndices: v.optional(classIndicesSchema),
  recipe: v.optional(recipeSchema),
  digest: v.optional(sha256Text),
}) satisfies v.GenericSchema<unknown, HeadMetadata>;

/** The metadata of a head: from the features it was trained on, or from its file. */
export function headMetadata(head: LayersModel): HeadMetadata {
  const { recipe, classIndices } = provenanceOf(head) ?? known().get(head) ?? {};
  return { classIndices, recipe };
}

/** Remembers the metadata that the file of a head holds. */
export function setHeadMetadata(head: LayersModel, metadata: HeadMetadata): void {
  known().set(head, metadata);
}

/** Throws where features were made in another way than those that the head was trained on. The message names the difference. */
export function checkRecipe(head: FeatureRecipe, features: FeatureRecipe, where: string): void {
  for (const part of [
    'targetSize',
    'preprocessing',
    'resampling',
    'exifOrientation',
    'precision',
    'model',
  ] as const) {
    if (JSON.stringify(head[part]) === JSON.stringify(features[part])) continue;
    throw problem({
      where,
      expected: `features with the ${part === 'model' ? 'network (SHA-256)' : part} the head was trained on, ${text(head[part])}`,
      found: text(features[part]),
      next: 'Compute the features in the same way, or train a head on these.',
    });
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? show(value) : JSON.stringify(value);
}

function known(): WeakMap<LayersModel, HeadMetadata> {
  return processState('heads', () => new WeakMap<LayersModel, HeadMetadata>());
}

/** The metadata of a head: the features it was trained on, and the names of its classes. */
import type { LayersModel } from '@tensorflow/tfjs-node';
import * as v from 'valibot';
import { problem, show } from '../check';
import { classIndicesSchema, type FeatureRecipe, provenanceOf, recipeSchema } from '../features/provenance';
import { wholeNumber } from '../files/record';
import { processState } from '../state';

/** What a head needs to know to predict photos. */
export interface HeadMetadata {
  /** A feature row's shape, such as `[4, 4, 512]`. */
  inputShape: number[];
  /** Fraction of the units that training drops, 0..1. */
  dropout: number;
  /** Class name -> label. */
  classIndices?: Record<string, number>;
  /** How the features were made. */
  recipe?: FeatureRecipe;
}

/** The metadata in the file of a head. */
export const headMetadataSchema = v.object({
  inputShape: v.pipe(v.array(v.pipe(wholeNumber, v.minValue(1))), v.minLength(1), v.maxLength(8)),
  dropout: v.pipe(v.number(), v.minValue(0), v.maxValue(0.999)),
  classIndices: v.optional(classIndicesSchema),
  recipe: v.optional(recipeSchema),
}) satisfies v.GenericSchema<unknown, HeadMetadata>;

/** The metadata of a head: from the features it was trained on, or from its file. */
export function headMetadata(head: LayersModel): HeadMetadata {
  const dropout = head.layers.find((layer) => layer.getClassName() === 'Dropout')?.getConfig().rate;
  const { recipe, classIndices } = provenanceOf(head) ?? known().get(head) ?? {};
  return {
    inputShape: (head.inputs[0]!.shape as number[]).slice(1),
    dropout: typeof dropout === 'number' ? dropout : 0,
    classIndices,
    recipe,
  };
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

/** What is known of a head: which features it was trained on, and what its classes are called. */
import type { LayersModel } from '@tensorflow/tfjs-node';
import * as v from 'valibot';
import { problem, show } from '../check';
import { classIndicesSchema, type FeatureRecipe, provenanceOf, recipeSchema } from '../features/provenance';
import { wholeNumber } from '../files/record';
import { processState } from '../state';

/** What a head needs to answer for photos. */
export interface HeadNotes {
  /** A feature row's shape, such as `[4, 4, 512]`. */
  inputShape: number[];
  /** Share of the units left out while training. */
  dropout: number;
  /** Class name -> label. */
  classIndices?: Record<string, number>;
  recipe?: FeatureRecipe;
}

/** The notes in a head's file. */
export const headNotesSchema = v.object({
  inputShape: v.pipe(v.array(v.pipe(wholeNumber, v.minValue(1))), v.minLength(1), v.maxLength(8)),
  dropout: v.pipe(v.number(), v.minValue(0), v.maxValue(0.999)),
  classIndices: v.optional(classIndicesSchema),
  recipe: v.optional(recipeSchema),
}) satisfies v.GenericSchema<unknown, HeadNotes>;

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

/** Notes what a head's file says of it. */
export function noteHead(head: LayersModel, notes: HeadNotes): void {
  known().set(head, notes);
}

/** Throws where features are made in another way than those the head was trained on, and names the difference. */
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

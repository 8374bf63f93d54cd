/** The metadata of a head: the features it was trained on, and the names of its classes. */
import type { LayersModel } from '@tensorflow/tfjs-node';
import * as v from 'valibot';
import { LittleDataError, problem, show } from '../check';
import { classIndicesSchema, type FeatureRecipe, recipeSchema } from '../features/provenance';
import { sha256Text, wholeNumber } from '../files/record';
import type { FamiliarRows } from '../numerics/familiar-rows';
import { processState } from '../state';

/** What a head needs to know to predict photos. */
export interface HeadMetadata {
  /** Class name -> label. */
  classIndices?: Record<string, number>;
  /** How the features were made. */
  recipe?: FeatureRecipe;
  /** How sure it is, where `calibrate` measured it. */
  calibration?: HeadCalibration;
  /** What it was trained on, where `flagUnlike` looked. */
  familiar?: FamiliarRows;
}

/** How probabilities are corrected, and from which one on a class is named. */
export interface HeadCalibration {
  /** Logits are divided by it before the last sigmoid or softmax. */
  temperature: number;
  /** A prediction is unsure where its probability is below this, 0..1. */
  threshold: number;
}

/** The attribute of an `.h5` file that holds the metadata, as JSON. */
export const metadataAttribute = 'little_data';

const base64 = v.pipe(v.string(), v.base64());

const familiarSchema = v.pipe(
  v.object({
    size: v.pipe(wholeNumber, v.minValue(1)),
    mean: base64,
    references: base64,
    neighbours: v.pipe(wholeNumber, v.minValue(1)),
    threshold: v.pipe(v.number(), v.finite()),
  }),
  v.check(({ size, mean, references, neighbours }) => {
    const [means, bytes] = [mean, references].map((text) => Buffer.from(text, 'base64').length) as [
      number,
      number,
    ];
    return means === 4 * size && bytes % size === 0 && bytes / size >= neighbours;
  }, 'expected rows of `size` features'),
);

/** The metadata in the file of a head. `digest` is that of structure and weights; earlier versions wrote none. */
export const headMetadataSchema = v.object({
  classIndices: v.optional(classIndicesSchema),
  recipe: v.optional(recipeSchema),
  calibration: v.optional(
    v.object({
      temperature: v.pipe(v.number(), v.finite(), v.gtValue(0)),
      threshold: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
    }),
  ),
  familiar: v.optional(familiarSchema),
  digest: v.optional(sha256Text),
}) satisfies v.GenericSchema<unknown, HeadMetadata>;

/** The metadata of a head: from the features it was trained on, or from its file. */
export function headMetadata(head: LayersModel): HeadMetadata {
  return known().get(head) ?? { classIndices: undefined, recipe: undefined };
}

/** Sets the metadata of a head: what its file holds, or what is known of the features it was trained on. */
export function setHeadMetadata(
  head: LayersModel,
  { classIndices, recipe, calibration, familiar }: HeadMetadata,
): void {
  known().set(head, {
    ...{ classIndices, recipe },
    ...(calibration && { calibration }),
    ...(familiar && { familiar }),
  });
}

/**
 * Throws where features were made in another way than those that the head was trained on. The message names the difference.
 * A recipe is `undefined` where the preprocessing function had no name.
 */
export function checkRecipe(
  head: FeatureRecipe | undefined,
  features: FeatureRecipe | undefined,
  where: string,
): void {
  if (!head && !features) return;
  const refuse = (what: string, [expected, found]: readonly [unknown, unknown]) =>
    problem({
      where,
      expected: `features with the ${what} the head was trained on, ${text(expected)}`,
      found: text(found),
      next: 'Compute the features in the same way, or train a head on these.',
    });
  if (!head || !features) {
    const named = (recipe?: FeatureRecipe) =>
      recipe?.preprocessing ?? 'a preprocessing function without a name';
    const { message } = refuse('preprocessing', [named(head), named(features)]);
    throw new LittleDataError(`${message} Give each function a name with \`namePreprocessing\` first.`);
  }
  const digests = [head, features].map(({ preprocessing }) => preprocessing.digest);
  for (const part of [
    'targetSize',
    'preprocessing',
    'resampling',
    'cropFraction',
    'exifOrientation',
    'precision',
    'model',
  ] as const) {
    const isKnown = part !== 'preprocessing' || !digests.includes(undefined);
    const values = [head, features].map((recipe) =>
      isKnown ? recipe[part] : { ...recipe.preprocessing, digest: undefined },
    ) as [unknown, unknown];
    if (JSON.stringify(values[0]) === JSON.stringify(values[1])) continue;
    throw refuse(part === 'model' ? 'network (SHA-256)' : part, values);
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? show(value) : JSON.stringify(value);
}

function known(): WeakMap<LayersModel, HeadMetadata> {
  return processState('heads', () => new WeakMap<LayersModel, HeadMetadata>());
}

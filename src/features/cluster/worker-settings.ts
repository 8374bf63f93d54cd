/** What a worker must know to compute the same rows as the process that it works for. */
import path from 'node:path';
import type { LayersModel } from '@tensorflow/tfjs-node';
import * as v from 'valibot';
import { problem } from '../../check';
import type { BatchPreparation } from '../../datasets/batches/photo-batches';
import { preprocessingByName } from '../../datasets/batches/preprocessing';
import { baseNamed, type Pooling } from '../../networks/base-named';
import { knownBases, sharedBase } from '../../networks/known-bases';
import { type FeatureRecipe, recipeSchema } from '../provenance';
import { recipeOf } from '../recipe';

/** A base as a worker finds it. */
export interface BaseSource {
  /** Its name, or the path of its file. */
  name: string;
  pooling?: Pooling;
}

/** The settings of a worker; they travel as JSON. */
export interface WorkerSettings {
  recipe: FeatureRecipe;
  /** Missing: the base is one that the project knows by its digest. */
  base?: BaseSource;
  batchSize: number;
  maxSeconds?: number;
}

const atLeastOne = v.pipe(v.number(), v.integer(), v.minValue(1));

/** Settings in a record. */
export const workerSettingsSchema = v.object({
  recipe: recipeSchema,
  base: v.optional(v.object({ name: v.string(), pooling: v.optional(v.picklist(['avg', 'max'])) })),
  batchSize: atLeastOne,
  maxSeconds: v.optional(atLeastOne),
}) satisfies v.GenericSchema<unknown, WorkerSettings>;

/**
 * The settings for workers.
 *
 * @param options `place`: the folder of the photos, for errors; `base`: where workers find the network, for one that the project does not
 *   know by its digest.
 * @throws where a worker could not make the same rows.
 */
export function workerSettings(
  recipe: FeatureRecipe | undefined,
  { batchSize, maxSeconds }: Pick<BatchPreparation, 'batchSize' | 'maxSeconds'>,
  { base }: { base?: BaseSource | undefined } = {},
): WorkerSettings {
  if (!recipe)
    throw problem({
      where: '`cluster`',
      expected: 'photos that are prepared by a function that workers know by its name',
      found: 'a preprocessing function without a name',
      next: "Use an application's `preprocessInput`, or leave `cluster` out.",
    });
  if (!base && !Object.hasOwn(knownBases, recipe.model))
    throw problem({
      where: '`cluster`',
      expected: 'a base that workers can make themselves: VGG16 or EfficientNet-Lite for photos of any size',
      found: `another network (SHA-256 ${recipe.model.slice(0, 12)}...)`,
      next: 'Use `npm run extract -- FOLDER --base NAME-OR-FILE --cluster ...` for it, with the file where workers see it.',
    });
  return {
    recipe,
    batchSize,
    ...(maxSeconds !== undefined && { maxSeconds }),
    ...(base && { base: isFile(base.name) ? { ...base, name: path.resolve(base.name) } : base }),
  };
}

/** The network and the preparation of settings. @throws where they are not what the recipe says. */
export async function networkOf(
  settings: WorkerSettings,
): Promise<{ model: LayersModel; preparation: BatchPreparation }> {
  const { recipe, base, batchSize, maxSeconds } = settings;
  const { device = 'cpu' } = recipe;
  const found = base ? await baseNamed(base.name, base) : await sharedBase(recipe.model);
  const model = Object.assign(found, { device });
  const { preprocessing, targetSize, resampling, cropFraction, exifOrientation, precision } = recipe;
  const preparation: BatchPreparation = {
    rescale: preprocessing.rescale,
    preprocessingFunction: preprocessingByName(preprocessing.function),
    exifOrientation,
    targetSize,
    interpolation: resampling,
    batchSize,
    ...(cropFraction !== undefined && { cropFraction }),
    ...(maxSeconds !== undefined && { maxSeconds }),
  };
  const own = recipeOf(model, preparation, { precision, device });
  const differs = Object.keys({ ...recipe, ...own }).filter((key) => text(recipe, key) !== text(own, key));
  if (differs.length === 0) return { model, preparation };
  throw problem({
    where: 'the recipe of the features',
    expected: `the same ${differs.join(', ')} as the process that asks for them (${differs.map((key) => text(recipe, key)).join(', ')})`,
    found: differs.map((key) => text(own, key)).join(', '),
    next: 'Set up the same version of this project, with the same weights, on all machines.',
  });
}

function text(recipe: FeatureRecipe | undefined, key: string): string {
  return JSON.stringify(recipe?.[key as keyof FeatureRecipe]);
}

function isFile(name: string): boolean {
  return name.includes('.');
}

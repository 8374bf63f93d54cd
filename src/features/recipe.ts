/** The recipe of features, taken from a model and how its photos are prepared. */
import type { LayersModel } from '@tensorflow/tfjs-node';
import type { BatchPreparation } from '../datasets/batches/photo-batches';
import { preprocessingDigest, preprocessingName } from '../datasets/batches/preprocessing';
import type { Precision } from '../networks/graph-network';
import { modelDigest } from '../networks/model-digest';
import type { Network } from '../networks/network';
import type { FeatureRecipe } from './provenance';

/** How prepared photos and `model` make features; `undefined` where the preprocessing function has no name. */
export function recipeOf(
  model: LayersModel,
  preparation: BatchPreparation,
  { precision = 'float32', device = 'cpu' }: { precision?: Precision; device?: Network['device'] } = {},
): FeatureRecipe | undefined {
  const { rescale, preprocessingFunction, exifOrientation, targetSize } = preparation;
  const { interpolation = 'nearest', cropFraction } = preparation;
  const name = preprocessingFunction ? preprocessingName(preprocessingFunction) : null;
  if (name === undefined) return undefined;
  return {
    model: modelDigest(model),
    targetSize: [...targetSize],
    preprocessing: {
      rescale,
      function: name,
      ...(preprocessingFunction && {
        digest: preprocessingDigest(preprocessingFunction, { rescale, targetSize }),
      }),
    },
    resampling: interpolation,
    ...(cropFraction !== undefined && { cropFraction }),
    exifOrientation,
    precision,
    // The processor's recipes stay as they were before there were others: their rows are kept.
    ...(device === 'gpu' && { device }),
  };
}

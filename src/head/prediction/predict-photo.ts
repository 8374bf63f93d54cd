/** Predicts the class of a single photo. */
import path from 'node:path';
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import { checkKeys } from '../../check';
import { preprocessingByName } from '../../datasets/batches/preprocessing';
import { resizingOf } from '../../features/provenance';
import { decodePhoto } from '../../images/decode-photo';
import { resizePhoto } from '../../images/resize-photo';
import { networkFor } from '../../networks/network-for';
import { tf } from '../../tensorflow';
import { type PhotoPrediction, type Predictor, predictionsOf, withPredictor } from './predictor';

/** The options of `predictPhoto`. */
export interface PredictPhotoOptions {
  /** From `trainHead` or `loadHead`, or the path of its `.h5` file. */
  head: LayersModel | string;
  /** The network that makes the features. @default VGG16 or EfficientNet-Lite0 where it was trained on one of them, loaded once per process */
  base?: LayersModel;
}

/**
 * Predicts the class of a photo. The photo is prepared exactly as the photos that the head was trained on.
 *
 * @param photo a path, or the bytes of a picture file.
 * @param options `head`: the head, or the path of its `.h5` file; `base`: the network that makes the features.
 * @returns the photo's path, its class, the probability of every class, and whether that is unsure or the photo unlike those that the head
 *   was trained on, where `calibrate` or `flagUnlike` told the head.
 * @throws `UnreadablePhoto`; `LittleDataError` where head and base do not belong together.
 * @example
 * ```ts
 * import { predictPhoto } from 'little-data';
 * const { className, probability } = await predictPhoto('photo.jpg', { head: 'head.h5' });
 * console.log(className, probability);
 * ```
 */
export async function predictPhoto(
  photo: string | Uint8Array,
  options: PredictPhotoOptions,
): Promise<PhotoPrediction> {
  checkKeys('predictPhoto', options, ['head', 'base']);
  const { head, base } = options;
  return withPredictor({ head, base }, async (predictor) => {
    const { recipe } = predictor;
    const picture = await decodePhoto(photo, { exifOrientation: recipe.exifOrientation });
    const features = await featuresOf(predictor, resizePhoto(picture, resizingOf(recipe)));
    const name = typeof photo === 'string' ? path.normalize(photo) : '(bytes)';
    const [prediction] = predictionsOf(predictor, { features, photos: [name] });
    features.dispose();
    return prediction!;
  });
}

async function featuresOf({ base, recipe }: Predictor, pixels: Uint8Array): Promise<Tensor> {
  const preparation = {
    targetSize: recipe.targetSize,
    rescale: recipe.preprocessing.rescale,
    preprocessingFunction: preprocessingByName(recipe.preprocessing.function),
  };
  const use = { photos: 1, preparation, sample: async () => pixels };
  const network = await networkFor(base, { precision: recipe.precision, use });
  const { values, shape } = await network.rows([pixels], preparation);
  return tf.tensor(values, [...shape]);
}

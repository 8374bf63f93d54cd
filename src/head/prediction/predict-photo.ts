/** What a trained head says of a single photo. */
import path from 'node:path';
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import { preparePixels } from '../../datasets/batches/prepare-pixels';
import { preprocessingByName } from '../../datasets/batches/preprocessing';
import { decodePhoto } from '../../images/decode-photo';
import { resizeNearest } from '../../images/resize-nearest';
import { networkFor } from '../../networks/network-for';
import { tf } from '../../tensorflow';
import { answersIn, type PhotoPrediction, type Predictor, withPredictor } from './predictor';

/**
 * What a head says of a photo; the photo is prepared exactly as those that the head was trained on.
 *
 * @param photo a path, or the bytes of a picture file.
 * @param options `head`: from `trainHead` or `loadHead`, or the path of its `.h5` file; `base`: the network that makes
 *   the features, default VGG16 with the ImageNet weights, loaded once.
 * @returns the photo's path, its class, and every class's probability.
 * @throws `UnreadablePhoto`, and where the head or the base are not what belongs together.
 */
export async function predictPhoto(
  photo: string | Uint8Array,
  { head, base }: { head: LayersModel | string; base?: LayersModel },
): Promise<PhotoPrediction> {
  return withPredictor({ head, base }, async (predictor) => {
    const { recipe, classIndices } = predictor;
    const picture = await decodePhoto(photo, { exifOrientation: recipe.exifOrientation });
    const output = await predict(predictor, resizeNearest(picture, recipe.targetSize));
    const name = typeof photo === 'string' ? path.normalize(photo) : '(bytes)';
    const [answer] = answersIn(output, { photos: [name], classIndices });
    output.dispose();
    return answer!;
  });
}

async function predict({ head, base, recipe }: Predictor, pixels: Uint8Array): Promise<Tensor> {
  const network = await networkFor(base, recipe);
  const x = preparePixels([pixels], {
    targetSize: recipe.targetSize,
    rescale: recipe.preprocessing.rescale,
    preprocessingFunction: preprocessingByName(recipe.preprocessing.function),
  });
  const features = await network.run(x);
  const output = head.predict(features) as Tensor;
  tf.dispose([x, features]);
  return output;
}

/** Reads VGG16's weights from a file that Keras saved. */
import path from 'node:path';
import { problem } from '../check';
import { type H5Layer, readH5 } from '../formats/h5';
import { fromProject, resolvePath, shownPath } from '../paths';
import { weightsDigest } from './layer-weights';

/** The ImageNet weights that lie in the project; CC BY 4.0, Visual Geometry Group, University of Oxford. */
const weightsName = 'vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5';

/** SHA-256 of the 26 weights as little-endian float32, kernel then bias, in layer order. */
export const imagenetDigest = 'd9a27cc1fc7f975ef8cff49180e794ccd7c4bc868ebb49740803b3bbaa8dbefd';

/**
 * Reads the file.
 *
 * @param weights `'imagenet'` for the file in `data/weights`, or the path of one.
 * @returns its layers, and the file as messages name it.
 * @throws LittleDataError where it is missing or damaged, includes the top, or was saved with Theano.
 */
export async function readVgg16Weights(weights: string): Promise<{ layers: H5Layer[]; where: string }> {
  const isOwn = weights !== 'imagenet';
  const file = isOwn ? resolvePath(weights, 'weights') : fromProject(`data/weights/${weightsName}`);
  const where = shownPath(file);
  const { layers, attributes } = await readH5(file);
  if (attributes.backend === 'theano') throw fromTheano(where);
  const digest = weightsDigest(layers);
  if (path.basename(file) === weightsName && digest !== imagenetDigest)
    throw problem({
      where,
      expected: `weights with the SHA-256 ${imagenetDigest}`,
      found: digest,
      next: isOwn
        ? "The file is damaged: download it again. If it holds weights of your own, give it another name than Keras'."
        : 'The file is damaged or another one. Get it back with `git checkout -- data/weights`.',
    });
  const top = layers.find(({ name }) => ['fc1', 'fc2', 'predictions'].includes(name));
  if (top)
    throw problem({
      where,
      expected: "VGG16's 13 convolutions and nothing after them",
      found: `the top's layer ${top.name}`,
      next: `Take ${weightsName}, the weights without the top.`,
    });
  return { layers, where };
}

/** Theano turned kernels by half a circle, in the same shape: the features would be wrong without a word. */
function fromTheano(where: string): Error {
  return problem({
    where,
    expected: 'weights saved by Keras with TensorFlow',
    found: 'weights saved by Keras with Theano, whose convolutions run through their kernels backwards',
    next: 'Load the file in Keras 2 (2.3 or earlier) with TensorFlow as its backend, and save the weights from there.',
  });
}

/** VGG16 without its top, layer by layer as in Keras' `applications/vgg16.py`, and its preprocessing. */
import path from 'node:path';
import type { LayersModel, SymbolicTensor, Tensor } from '@tensorflow/tfjs-node';
import { checkKeys, checkOneOf, problem, show } from '../check';
import { namePreprocessing } from '../datasets/batches/preprocessing';
import { type H5Layer, readH5 } from '../formats/h5';
import { fromProject, resolvePath, shownPath } from '../paths';
import { tensorflowReady, tf } from '../tensorflow';
import { weightsDigest } from './layer-weights';
import { withKerasSummary } from './summary';

/** The ImageNet weights that lie in the project; CC BY 4.0, Visual Geometry Group, University of Oxford. */
const weightsName = 'vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5';
const weightsFile = `data/weights/${weightsName}`;

/** SHA-256 of the 26 weights as little-endian float32, kernel then bias, in layer order. */
export const imagenetDigest = 'd9a27cc1fc7f975ef8cff49180e794ccd7c4bc868ebb49740803b3bbaa8dbefd';

/** Convolutions a block and their filters; every convolution is 3x3, every block ends in a 2x2 maximum. */
const blocks = [
  { convolutions: 2, filters: 64 },
  { convolutions: 2, filters: 128 },
  { convolutions: 3, filters: 256 },
  { convolutions: 3, filters: 512 },
  { convolutions: 3, filters: 512 },
];

/** Means of ImageNet's pixels, blue, green, red (Keras' `imagenet_utils.preprocess_input`, mode "caffe"). */
const meansBgr = [103.939, 116.779, 123.68];

/**
 * VGG16's convolutional base: float32 `[n, h, w, 3]` in, bottleneck features `[n, h/32, w/32, 512]` out
 * (150 x 150 gives `[n, 4, 4, 512]`). 14,714,688 parameters; the layers have Keras' names.
 *
 * @param options `includeTop`: must be `false` (the 1,000-class top is not part of this package);
 *   `weights`: `'imagenet'` for those that lie in `data/weights`, the path of a file in Keras' layout (such as
 *   `~/.keras/models/vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5`; the SHA-256 of ImageNet's weights is checked
 *   where a file has this name), or `null` for random ones, default `'imagenet'`; `inputShape`: `[height, width, 3]`, default any size of 32 or more.
 * @returns the model, with Keras' `summary()`; the caller disposes it.
 * @throws where the weights are missing, damaged, or another model's.
 */
export async function VGG16(
  options: {
    includeTop?: boolean;
    weights?: 'imagenet' | (string & {}) | null;
    inputShape?: readonly [number | null, number | null, number];
  } = {},
): Promise<LayersModel> {
  checkKeys('VGG16', options, ['includeTop', 'weights', 'inputShape']);
  const { includeTop = false, weights = 'imagenet', inputShape = [null, null, 3] } = options;
  checkOneOf('includeTop', includeTop, [false]);
  checkShape(inputShape);
  const layers = weights === null ? null : await readWeights(weights);
  await tensorflowReady();
  const model = buildVgg16(inputShape, layers ? 'zeros' : 'glorotUniform');
  if (layers) {
    const tensors = layers.flatMap((layer) => layer.weights.map(({ data, shape }) => tf.tensor(data, shape)));
    model.setWeights(tensors);
    tf.dispose(tensors);
  }
  return withKerasSummary(model);
}

/**
 * What VGG16 was trained on: RGB to BGR, minus the ImageNet means (103.939, 116.779, 123.68).
 * (Keras' `imagenet_utils.preprocess_input`, mode "caffe".)
 *
 * @param x float32 `[..., 3]`, RGB, 0..255; it is left as it is.
 * @returns float32 of the same shape, BGR, -123.68 to 151.061. The caller disposes it.
 */
export const preprocessInput = namePreprocessing(
  'vgg16.preprocessInput',
  <T extends Tensor>(x: T): T => tf.tidy(() => tf.reverse(x, -1).sub(tf.tensor1d(meansBgr)) as T),
);

/** Zeros where weights are put in afterwards: drawing 14.7 million random numbers takes seconds. */
function buildVgg16(
  inputShape: readonly (number | null)[],
  kernelInitializer: 'zeros' | 'glorotUniform',
): LayersModel {
  const input = tf.input({ shape: [...inputShape], name: 'input_1' });
  let x: SymbolicTensor = input;
  for (const [b, { convolutions, filters }] of blocks.entries()) {
    for (let c = 1; c <= convolutions; c++) {
      const name = `block${b + 1}_conv${c}`;
      x = tf.layers
        .conv2d({ filters, kernelSize: 3, padding: 'same', activation: 'relu', kernelInitializer, name })
        .apply(x) as SymbolicTensor;
    }
    x = tf.layers
      .maxPooling2d({ poolSize: 2, strides: 2, name: `block${b + 1}_pool` })
      .apply(x) as SymbolicTensor;
  }
  return tf.model({ inputs: input, outputs: x, name: 'vgg16' });
}

async function readWeights(weights: string): Promise<H5Layer[]> {
  const file = weights === 'imagenet' ? fromProject(weightsFile) : resolvePath(weights, 'weights');
  const { layers, attributes } = await readH5(file);
  checkLayers(file, layers);
  checkBackend(file, attributes.backend);
  const digest = weightsDigest(layers);
  if (path.basename(file) === weightsName && digest !== imagenetDigest) {
    throw problem({
      where: shownPath(file),
      expected: `weights with the SHA-256 ${imagenetDigest}`,
      found: digest,
      next:
        weights === 'imagenet'
          ? 'The file is damaged or another one. Get it back with `git checkout -- data/weights`.'
          : "The file is damaged: download it again. If it holds weights of your own, give it another name than Keras'.",
    });
  }
  return layers;
}

function checkLayers(file: string, layers: H5Layer[]): void {
  let channels = 3;
  const expected = blocks.flatMap(({ convolutions, filters }, b) =>
    Array.from({ length: convolutions }, (_, c) => {
      const shape = [3, 3, channels, filters];
      channels = filters;
      return { name: `block${b + 1}_conv${c + 1}`, shapes: [shape, [filters]] };
    }),
  );
  const words = (name: string, shapes: number[][]) =>
    `${name} ${shapes.map((shape) => `[${shape.join(', ')}]`).join(' + ')}`;
  const found = layers.map(({ name, weights }) =>
    words(
      name,
      weights.map((weight) => weight.shape),
    ),
  );
  // A `.weights.h5` of Keras 2 has no layer's own name, only its kind and a number, in the model's order.
  const kind = (name = '') => /^conv2d(_\d+)?$/.exec(name)?.[0];
  const wrong = expected.findIndex(
    ({ name, shapes }, i) => words(kind(layers[i]?.name) ?? name, shapes) !== found[i],
  );
  if (wrong === -1 && found.length === expected.length) return;
  const at = wrong === -1 ? expected.length : wrong;
  const wanted = expected[at];
  throw problem({
    where: shownPath(file),
    expected: wanted
      ? `VGG16's layer ${words(wanted.name, wanted.shapes)}`
      : "VGG16's 13 convolutions and nothing after them",
    found: found[at] ?? `the end after ${found.length} layers`,
    next: `These are the weights of another model, or include the top. Take ${weightsName}.`,
  });
}

/** Theano turned kernels by half a circle, in the same shape: the features would be wrong without a word. */
function checkBackend(file: string, backend: string | undefined): void {
  if (backend !== 'theano') return;
  throw problem({
    where: shownPath(file),
    expected: 'weights saved by Keras with TensorFlow',
    found: 'weights saved by Keras with Theano, whose convolutions run through their kernels backwards',
    next: 'Load the file in Keras 2 (2.3 or earlier) with TensorFlow as its backend, and save the weights from there.',
  });
}

function checkShape(shape: readonly (number | null)[]): void {
  const fits = (side: number | null | undefined) => side === null || (Number.isInteger(side) && side! >= 32);
  if (shape.length === 3 && fits(shape[0]) && fits(shape[1]) && shape[2] === 3) return;
  throw problem({
    where: '`inputShape`',
    expected: '`[height, width, 3]`, height and width `null` or 32 or more (VGG16 halves them five times)',
    found: show(shape),
    next: 'Pass such a shape, or leave it out for photos of any size.',
  });
}

/** VGG16 without its top, as Keras' `applications/vgg16.py` (arXiv 1409.1556), and its preprocessing. */
import type { LayersModel, SymbolicTensor, Tensor } from '@tensorflow/tfjs-node';
import { checkKeys, checkOneOf } from '../check';
import { namePreprocessing } from '../datasets/batches/preprocessing';
import { tensorflowReady, tf } from '../tensorflow';
import { asBase, type Base, centred, checkPhotoShape } from './base';
import { checkDevice, type Device } from './gpu/device';
import { setLayerWeights } from './layer-weights';
import { withKerasSummary } from './summary';
import { readVgg16Weights } from './vgg16-weights';

/** The options of `applications.VGG16`. */
export interface Vgg16Options {
  /** Must be `false`: the top of 1,000 classes is not part of this package. @default false */
  includeTop?: boolean;
  /**
   * `'imagenet'` for the weights in `data/weights`; the path of a file in Keras' layout, such as
   * `~/.keras/models/vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5` (the SHA-256 of ImageNet's weights is checked where a file
   * has this name); or `null` for random ones. @default 'imagenet'
   */
  weights?: 'imagenet' | (string & {}) | null;
  /** `[height, width, 3]`. @default any size of 32 or more */
  inputShape?: readonly [number | null, number | null, number];
  /** The mean or the largest value per channel, `[n, 512]`, in place of the whole output. @default the whole output */
  pooling?: 'avg' | 'max';
  /** `'gpu'`, `'cpu'`, or `'auto'`: which processor runs it over photos. @default that of LITTLE_DATA_BACKEND, else 'auto' */
  device?: Device;
}

/**
 * VGG16's convolutional base: float32 `[n, h, w, 3]` in, bottleneck features `[n, h/32, w/32, 512]` out
 * (150 x 150 gives `[n, 4, 4, 512]`). 14,714,688 parameters; the layers have Keras' names.
 *
 * @param options `includeTop`: must be `false`; `weights`: `'imagenet'`, the path of a file, or `null`; `inputShape`; `pooling`; `device` ('auto').
 * @returns the model, with Keras' `summary()` and `recommended` settings for its photos (not those of the tutorial). The caller
 *   disposes it.
 * @throws LittleDataError where the weights are missing, damaged, or another model's.
 * @example
 * ```ts
 * import { applications } from 'little-data';
 * const base = await applications.VGG16({ inputShape: [150, 150, 3] });
 * base.summary();
 * ```
 */
export async function VGG16(options: Vgg16Options = {}): Promise<Base> {
  checkKeys('VGG16', options, ['includeTop', 'weights', 'inputShape', 'pooling', 'device']);
  const device = checkDevice(options.device);
  const { includeTop = false, weights = 'imagenet', inputShape = [null, null, 3], pooling } = options;
  checkOneOf('includeTop', includeTop, [false]);
  if (pooling !== undefined) checkOneOf('pooling', pooling, ['avg', 'max']);
  checkPhotoShape(inputShape);
  const read = weights === null ? undefined : await readVgg16Weights(weights);
  await tensorflowReady();
  // Zeros where weights are put in afterwards: drawing 14.7 million random numbers takes seconds.
  const model = buildVgg16(inputShape, { pooling, kernelInitializer: read ? 'zeros' : 'glorotUniform' });
  if (read) {
    try {
      setLayerWeights(model, read.layers, read.where);
    } catch (error) {
      model.dispose();
      throw error;
    }
  }
  return asBase(withKerasSummary(model), { recommended: centred(224, preprocessInput), device });
}

/** Means of ImageNet's pixels, blue, green, red (Keras' `imagenet_utils.preprocess_input`, mode "caffe"). */
const meansBgr = [103.939, 116.779, 123.68];

/**
 * What VGG16 was trained on: RGB to BGR, minus the ImageNet means (103.939, 116.779, 123.68).
 * (Keras' `imagenet_utils.preprocess_input`, mode "caffe".)
 *
 * @param x float32 `[..., 3]`, RGB, 0..255; it is left as it is.
 * @returns float32 of the same shape, BGR, -123.68 to 151.061. The caller disposes it.
 * @example
 * ```ts
 * import { applications, ImageDataGenerator } from 'little-data';
 * const { preprocessInput } = applications.vgg16;
 * const datagen = new ImageDataGenerator({ preprocessingFunction: preprocessInput });
 * ```
 */
export const preprocessInput = namePreprocessing(
  'vgg16.preprocessInput',
  <T extends Tensor>(x: T): T => tf.tidy(() => tf.reverse(x, -1).sub(tf.tensor1d(meansBgr)) as T),
);

function buildVgg16(
  inputShape: readonly (number | null)[],
  {
    pooling,
    kernelInitializer,
  }: { pooling: Vgg16Options['pooling']; kernelInitializer: 'zeros' | 'glorotUniform' },
): LayersModel {
  const conv = (x: SymbolicTensor, filters: number, name: string) =>
    tf.layers
      .conv2d({ filters, kernelSize: 3, padding: 'same', activation: 'relu', kernelInitializer, name })
      .apply(x) as SymbolicTensor;
  const pool = (x: SymbolicTensor, name: string) =>
    tf.layers.maxPooling2d({ poolSize: 2, strides: 2, name }).apply(x) as SymbolicTensor;

  const input = tf.input({ shape: [...inputShape], name: 'input_1' });

  // Block 1
  let x = conv(input, 64, 'block1_conv1');
  x = conv(x, 64, 'block1_conv2');
  x = pool(x, 'block1_pool');

  // Block 2
  x = conv(x, 128, 'block2_conv1');
  x = conv(x, 128, 'block2_conv2');
  x = pool(x, 'block2_pool');

  // Block 3
  x = conv(x, 256, 'block3_conv1');
  x = conv(x, 256, 'block3_conv2');
  x = conv(x, 256, 'block3_conv3');
  x = pool(x, 'block3_pool');

  // Block 4
  x = conv(x, 512, 'block4_conv1');
  x = conv(x, 512, 'block4_conv2');
  x = conv(x, 512, 'block4_conv3');
  x = pool(x, 'block4_pool');

  // Block 5
  x = conv(x, 512, 'block5_conv1');
  x = conv(x, 512, 'block5_conv2');
  x = conv(x, 512, 'block5_conv3');
  x = pool(x, 'block5_pool');

  if (pooling === 'avg')
    x = tf.layers.globalAveragePooling2d({ name: 'global_average_pooling2d' }).apply(x) as SymbolicTensor;
  else if (pooling === 'max')
    x = tf.layers.globalMaxPooling2d({ name: 'global_max_pooling2d' }).apply(x) as SymbolicTensor;

  return tf.model({ inputs: input, outputs: x, name: 'vgg16' });
}

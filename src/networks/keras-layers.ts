/** The layers that Keras' applications share, and how one is loaded. */
import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-node';
import { checkKeys, checkOneOf } from '../check';
import type { PreprocessingFunction } from '../datasets/batches/preprocessing';
import { tensorflowReady, tf } from '../tensorflow';
import { asBase, type Base, centred, checkPhotoShape } from './base';
import { checkDevice, type Device } from './gpu/device';
import { type KerasApplication, type KerasWeights, readKerasWeights, setKerasWeights } from './keras-weights';
import { withKerasSummary } from './summary';

/** The options of `applications.MobileNetV2`, `ResNet50` and `EfficientNetB0`. */
export interface KerasBaseOptions {
  /** Must be `false`: the top of 1,000 classes is not part of this package. @default false */
  includeTop?: boolean;
  /**
   * `'imagenet'` for the file of `npm run weights`, or that Keras keeps in `~/.keras/models`; the path of a file that Keras saved (`.weights.h5` or
   * `.h5`); or `null` for random ones. @default 'imagenet'
   */
  weights?: 'imagenet' | (string & {}) | null;
  /** `[height, width, 3]`. @default any size of 32 or more */
  inputShape?: readonly [number | null, number | null, number];
  /** What becomes of the last layer's output: its mean or largest value per channel, or all of it. @default all of it */
  pooling?: 'avg' | 'max';
  /** `'gpu'`, `'cpu'`, or `'auto'`: which processor runs it over photos. @default that of LITTLE_DATA_BACKEND, else 'auto' */
  device?: Device;
}

/** How an application is built. */
export interface KerasNetwork extends KerasApplication {
  /** The model's name in Keras. */
  model: string;
  preprocessingFunction: PreprocessingFunction;
  /** The layers, from the photos to the last convolution. `random` tells whether the weights stay as they are drawn. */
  features(input: SymbolicTensor, options: { random: boolean }): SymbolicTensor;
  /** Changes the weights of the file before they are set. */
  adapt?(weights: KerasWeights): KerasWeights;
}

/** Checks the options, builds the network and sets its weights. */
export async function kerasBase(network: KerasNetwork, options: KerasBaseOptions): Promise<Base> {
  checkKeys(network.name, options, ['includeTop', 'weights', 'inputShape', 'pooling', 'device']);
  const device = checkDevice(options.device);
  const { includeTop = false, weights = 'imagenet', inputShape = [null, null, 3], pooling } = options;
  checkOneOf('includeTop', includeTop, [false]);
  if (pooling !== undefined) checkOneOf('pooling', pooling, ['avg', 'max']);
  checkPhotoShape(inputShape);
  const read = weights === null ? undefined : await readKerasWeights(weights, network);
  await tensorflowReady();
  const input = tf.input({ shape: [...inputShape], name: 'input_1' });
  let x = network.features(input, { random: !read });
  if (pooling === 'avg')
    x = tf.layers.globalAveragePooling2d({ name: 'avg_pool' }).apply(x) as SymbolicTensor;
  if (pooling === 'max') x = tf.layers.globalMaxPooling2d({ name: 'max_pool' }).apply(x) as SymbolicTensor;
  const model: LayersModel = tf.model({ inputs: input, outputs: x, name: network.model });
  if (read) {
    try {
      setKerasWeights(model, network.adapt?.(read) ?? read);
    } catch (error) {
      model.dispose();
      throw error;
    }
  }
  const recommended = centred(224, network.preprocessingFunction);
  return asBase(withKerasSummary(model), { recommended, device });
}

/** Zero padding before a convolution with strides of 2 (Keras' `imagenet_utils.correct_pad`): less above and left of even sides. */
export function correctPad(x: SymbolicTensor, kernelSize: number): [[number, number], [number, number]] {
  const [, height, width] = x.shape as [null, number | null, number | null];
  const half = Math.floor(kernelSize / 2);
  const before = (side: number | null) => half - (height === null ? 1 : 1 - (side! % 2));
  return [
    [before(height), half],
    [before(width), half],
  ];
}

/** Layers with Keras' names. Kernels are zeros where weights are put in afterwards: drawing random numbers takes seconds. */
export function layerMaker({ random, epsilon }: { random: boolean; epsilon: number }) {
  const kernelInitializer = random ? ('glorotUniform' as const) : ('zeros' as const);
  type Conv = {
    kernelSize?: number;
    strides?: number;
    padding?: 'same' | 'valid';
    useBias?: boolean;
    activation?: 'swish' | 'sigmoid';
  };
  return {
    conv: (x: SymbolicTensor, name: string, filters: number, options: Conv = {}) =>
      tf.layers
        .conv2d({
          name,
          filters,
          kernelSize: 1,
          padding: 'same',
          useBias: false,
          kernelInitializer,
          ...options,
        })
        .apply(x) as SymbolicTensor,
    depthwise: (x: SymbolicTensor, name: string, options: { kernelSize: number; strides: number }) =>
      tf.layers
        .depthwiseConv2d({
          ...{ name, useBias: false, depthwiseInitializer: kernelInitializer, ...options },
          padding: options.strides === 1 ? 'same' : 'valid',
        })
        .apply(x) as SymbolicTensor,
    norm: (x: SymbolicTensor, name: string) =>
      tf.layers.batchNormalization({ name, epsilon }).apply(x) as SymbolicTensor,
    activation: (x: SymbolicTensor, name: string, activation: 'relu' | 'relu6' | 'swish') =>
      tf.layers.activation({ name, activation }).apply(x) as SymbolicTensor,
    pad: (x: SymbolicTensor, name: string, padding: number | [[number, number], [number, number]]) =>
      tf.layers.zeroPadding2d({ name, padding }).apply(x) as SymbolicTensor,
    add: (name: string, ...xs: SymbolicTensor[]) => tf.layers.add({ name }).apply(xs) as SymbolicTensor,
  };
}

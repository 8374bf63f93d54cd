/** EfficientNet-Lite (arXiv 1905.11946; the Lite variants of tensorflow/tpu), and its preprocessing. */
import type { LayersModel, SymbolicTensor, Tensor } from '@tensorflow/tfjs-node';
import { checkKeys, checkOneOf } from '../check';
import { namePreprocessing } from '../datasets/batches/preprocessing';
import { tensorflowReady, tf } from '../tensorflow';
import { asBase, type Base, centred, checkPhotoShape } from './base';
import { decodePredictions } from './decode-predictions';
import { readEfficientNetWeights } from './efficientnet-lite-weights';
import { checkDevice, type Device } from './gpu/device';
import { setLayerWeights } from './layer-weights';
import { withKerasSummary } from './summary';

/** The options of `applications.EfficientNetLite0` and its larger sisters. */
export interface EfficientNetLiteOptions {
  /** Whether the layer that names ImageNet's 1,000 classes is part of it. @default false */
  includeTop?: boolean;
  /** `'imagenet'`, or `null` for random ones. @default 'imagenet' */
  weights?: 'imagenet' | null;
  /** `[height, width, 3]`. @default any size of 32 or more */
  inputShape?: readonly [number | null, number | null, number];
  /** What becomes of the last convolution's output `[n, h/32, w/32, 1280]`: its mean or largest value per channel, `[n, 1280]`, or all of it. @default all of it */
  pooling?: 'avg' | 'max';
  /** `'gpu'`, `'cpu'`, or `'auto'`: which processor runs it over photos. @default that of LITTLE_DATA_BACKEND, else 'auto' */
  device?: Device;
}

/** Width, depth, and the side of the photos that it was trained on. */
const variants = {
  EfficientNetLite0: { width: 1, depth: 1, side: 224 },
  EfficientNetLite1: { width: 1, depth: 1.1, side: 240 },
  EfficientNetLite2: { width: 1.1, depth: 1.2, side: 260 },
};

/** A variant's name. */
export type EfficientNetLite = keyof typeof variants;

/** The blocks of EfficientNet-B0: kernel, repeats, strides, expansion, filters. */
export const stages = [
  { kernelSize: 3, repeats: 1, strides: 1, expansion: 1, filters: 16 },
  { kernelSize: 3, repeats: 2, strides: 2, expansion: 6, filters: 24 },
  { kernelSize: 5, repeats: 2, strides: 2, expansion: 6, filters: 40 },
  { kernelSize: 3, repeats: 3, strides: 2, expansion: 6, filters: 80 },
  { kernelSize: 5, repeats: 3, strides: 1, expansion: 6, filters: 112 },
  { kernelSize: 5, repeats: 4, strides: 2, expansion: 6, filters: 192 },
  { kernelSize: 3, repeats: 1, strides: 1, expansion: 6, filters: 320 },
];

/**
 * EfficientNet-Lite0: 4.6 million parameters with its top, 75.1% of ImageNet's validation photos right; made for photos of
 * 224 x 224. Pixels float32 `[n, h, w, 3]` as `preprocessInput` gives them in, features `[n, h/32, w/32, 1280]` out, `[n, 1280]`
 * with `pooling`, probabilities `[n, 1000]` with `includeTop`.
 *
 * @param options `includeTop` (false), `weights` ('imagenet'), `inputShape`, `pooling`, `device` ('auto').
 * @returns the model, with Keras' `summary()` and `recommended` settings for its photos. The caller disposes it.
 * @throws LittleDataError where the weights are missing or damaged.
 * @example
 * ```ts
 * import { applications } from 'little-data';
 * const base = await applications.EfficientNetLite0({ pooling: 'avg' });
 * console.log(base.outputShape);
 * ```
 */
export async function EfficientNetLite0(options: EfficientNetLiteOptions = {}): Promise<Base> {
  return efficientNetLite('EfficientNetLite0', options);
}

/**
 * EfficientNet-Lite1: 5.4 million parameters with its top, 76.7% of ImageNet's validation photos right; made for photos of
 * 240 x 240. In and out as `EfficientNetLite0`. Its weights come with `npm run weights -- lite1`.
 *
 * @param options `includeTop` (false), `weights` ('imagenet'), `inputShape`, `pooling`, `device` ('auto').
 * @returns the model, with Keras' `summary()` and `recommended` settings for its photos. The caller disposes it.
 * @throws LittleDataError where the weights are missing or damaged.
 * @example
 * ```ts
 * import { applications } from 'little-data';
 * const base = await applications.EfficientNetLite1({ weights: null, pooling: 'avg' });
 * console.log(base.outputShape);
 * ```
 */
export async function EfficientNetLite1(options: EfficientNetLiteOptions = {}): Promise<Base> {
  return efficientNetLite('EfficientNetLite1', options);
}

/**
 * EfficientNet-Lite2: 6.1 million parameters with its top, 77.6% of ImageNet's validation photos right; made for photos of
 * 260 x 260. In and out as `EfficientNetLite0`. Its weights come with `npm run weights -- lite2`.
 *
 * @param options `includeTop` (false), `weights` ('imagenet'), `inputShape`, `pooling`, `device` ('auto').
 * @returns the model, with Keras' `summary()` and `recommended` settings for its photos. The caller disposes it.
 * @throws LittleDataError where the weights are missing or damaged.
 * @example
 * ```ts
 * import { applications } from 'little-data';
 * const base = await applications.EfficientNetLite2({ weights: null, pooling: 'avg' });
 * console.log(base.outputShape);
 * ```
 */
export async function EfficientNetLite2(options: EfficientNetLiteOptions = {}): Promise<Base> {
  return efficientNetLite('EfficientNetLite2', options);
}

async function efficientNetLite(variant: EfficientNetLite, options: EfficientNetLiteOptions): Promise<Base> {
  checkKeys(variant, options, ['includeTop', 'weights', 'inputShape', 'pooling', 'device']);
  const device = checkDevice(options.device);
  const { includeTop = false, weights = 'imagenet', inputShape = [null, null, 3], pooling } = options;
  checkOneOf('weights', weights, ['imagenet', null]);
  if (pooling !== undefined) checkOneOf('pooling', pooling, ['avg', 'max']);
  checkPhotoShape(inputShape);
  const read = weights === null ? undefined : readEfficientNetWeights(variant, { includeTop });
  await tensorflowReady();
  const model = build(variant, { includeTop, inputShape, pooling, random: !read });
  if (read) setLayerWeights(model, read.layers, read.where);
  const recommended = centred(variants[variant].side, preprocessInput);
  return asBase(withKerasSummary(model), { recommended, device });
}

/**
 * What EfficientNet-Lite was trained on: RGB, `(x - 127) / 128`.
 *
 * @param x float32 `[..., 3]`, RGB, 0..255; it is left as it is.
 * @returns float32 of the same shape, -0.992 to 1. The caller disposes it.
 * @example
 * ```ts
 * import { applications, ImageDataGenerator } from 'little-data';
 * const { preprocessInput } = applications.efficientnetLite;
 * const datagen = new ImageDataGenerator({ preprocessingFunction: preprocessInput });
 * ```
 */
export const preprocessInput = namePreprocessing(
  'efficientnetLite.preprocessInput',
  <T extends Tensor>(x: T): T => tf.tidy(() => x.sub(127).div(128) as T),
);

/** What belongs to EfficientNet-Lite, as in a module of Keras. */
export const efficientnetLite = {
  EfficientNetLite0,
  EfficientNetLite1,
  EfficientNetLite2,
  preprocessInput,
  decodePredictions,
};

interface Build {
  includeTop: boolean;
  inputShape: readonly (number | null)[];
  pooling: 'avg' | 'max' | undefined;
  random: boolean;
}

/** The layers have Keras' names. Batch norms are part of the convolutions before them, as in the file of the weights. */
function build(variant: EfficientNetLite, { includeTop, inputShape, pooling, random }: Build): LayersModel {
  const { width, depth } = variants[variant];
  // Zeros where weights are put in afterwards: drawing random numbers takes seconds.
  const kernelInitializer = random ? ('glorotUniform' as const) : ('zeros' as const);
  const conv = (x: SymbolicTensor, name: string, filters: number, { kernelSize = 1, strides = 1 } = {}) =>
    tf.layers
      .conv2d({ name, filters, kernelSize, strides, padding: 'same', kernelInitializer })
      .apply(x) as SymbolicTensor;
  const relu6 = (x: SymbolicTensor, name: string) =>
    tf.layers.activation({ activation: 'relu6', name }).apply(x) as SymbolicTensor;

  const input = tf.input({ shape: [...inputShape], name: 'input_1' });
  let x = relu6(conv(input, 'stem_conv', 32, { kernelSize: 3, strides: 2 }), 'stem_activation');
  let channels = 32;
  for (const [i, { kernelSize, repeats, strides, expansion, filters }] of stages.entries()) {
    // The Lite variants leave the first and the last stage as they are.
    const isFixed = i === 0 || i === stages.length - 1;
    const count = isFixed ? repeats : Math.ceil(repeats * depth);
    const wide = rounded(filters * width);
    for (let j = 0; j < count; j++) {
      const name = `block${i + 1}${String.fromCharCode(97 + j)}`;
      const step = j === 0 ? strides : 1;
      const before = x;
      if (expansion > 1)
        x = relu6(conv(x, `${name}_expand_conv`, channels * expansion), `${name}_expand_activation`);
      x = tf.layers
        .depthwiseConv2d({
          ...{ name: `${name}_dwconv`, kernelSize, strides: step, padding: 'same' },
          depthwiseInitializer: kernelInitializer,
        })
        .apply(x) as SymbolicTensor;
      x = conv(relu6(x, `${name}_activation`), `${name}_project_conv`, wide);
      if (step === 1 && channels === wide)
        x = tf.layers.add({ name: `${name}_add` }).apply([x, before]) as SymbolicTensor;
      channels = wide;
    }
  }
  x = relu6(conv(x, 'top_conv', 1280), 'top_activation');
  if (includeTop || pooling === 'avg')
    x = tf.layers.globalAveragePooling2d({ name: 'avg_pool' }).apply(x) as SymbolicTensor;
  else if (pooling === 'max')
    x = tf.layers.globalMaxPooling2d({ name: 'max_pool' }).apply(x) as SymbolicTensor;
  if (includeTop)
    x = tf.layers
      .dense({ units: 1000, activation: 'softmax', kernelInitializer, name: 'predictions' })
      .apply(x) as SymbolicTensor;
  return tf.model({ inputs: input, outputs: x, name: variant.toLowerCase() });
}

/** Filters in steps of 8, and no more than a tenth below what was asked for. */
function rounded(filters: number): number {
  const near = Math.max(8, Math.floor((filters + 4) / 8) * 8);
  return near < 0.9 * filters ? near + 8 : near;
}

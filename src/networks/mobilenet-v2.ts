/** MobileNetV2 without its top, as Keras' `applications/mobilenet_v2.py` (arXiv 1801.04381), and its preprocessing. */
import type { SymbolicTensor, Tensor } from '@tensorflow/tfjs-node';
import { namePreprocessing } from '../datasets/batches/preprocessing';
import { tf } from '../tensorflow';
import type { Base } from './base';
import { correctPad, type KerasBaseOptions, kerasBase, layerMaker } from './keras-layers';

/** Filters, strides of the first block, and how many blocks there are of this kind. */
const stages = [
  { filters: 16, strides: 1, repeats: 1 },
  { filters: 24, strides: 2, repeats: 2 },
  { filters: 32, strides: 2, repeats: 3 },
  { filters: 64, strides: 2, repeats: 4 },
  { filters: 96, strides: 1, repeats: 3 },
  { filters: 160, strides: 2, repeats: 3 },
  { filters: 320, strides: 1, repeats: 1 },
];

/** Filters and strides of each block. */
const blocks = stages.flatMap(({ filters, strides, repeats }) =>
  Array.from({ length: repeats }, (_, i) => ({ filters, strides: i === 0 ? strides : 1 })),
);

/**
 * MobileNetV2 (arXiv 1801.04381) without its top: 2,257,984 parameters; made for photos of 224 x 224. Pixels float32
 * `[n, h, w, 3]` as `preprocessInput` gives them in, features `[n, h/32, w/32, 1280]` out, `[n, 1280]` with `pooling`.
 * The layers have Keras' names.
 *
 * @param options `includeTop`: must be `false`; `weights`: `'imagenet'` for Keras' file (`npm run weights -- mobilenet_v2`, or in
 *   `~/.keras/models`), the path of a file, or `null`; `inputShape`; `pooling`; `device` ('auto').
 * @returns the model, with Keras' `summary()` and `recommended` settings for its photos. The caller disposes it.
 * @throws LittleDataError where the weights are missing, damaged, or another model's.
 * @example
 * ```ts
 * import { applications } from 'little-data';
 * const base = await applications.MobileNetV2({ weights: null, pooling: 'avg' });
 * console.log(base.outputShape);
 * ```
 */
export async function MobileNetV2(options: KerasBaseOptions = {}): Promise<Base> {
  return kerasBase(
    {
      name: 'MobileNetV2',
      file: 'mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224_no_top.h5',
      fetched: 'mobilenet_v2',
      model: 'mobilenetv2_1.00_224',
      preprocessingFunction: preprocessInput,
      features,
    },
    options,
  );
}

/**
 * What MobileNetV2 was trained on: RGB, `x / 127.5 - 1`. (Keras' `imagenet_utils.preprocess_input`, mode "tf".)
 *
 * @param x float32 `[..., 3]`, RGB, 0..255; it is left as it is.
 * @returns float32 of the same shape, -1 to 1. The caller disposes it.
 * @example
 * ```ts
 * import { applications, ImageDataGenerator } from 'little-data';
 * const { preprocessInput } = applications.mobilenetV2;
 * const datagen = new ImageDataGenerator({ preprocessingFunction: preprocessInput });
 * ```
 */
export const preprocessInput = namePreprocessing(
  'mobilenetV2.preprocessInput',
  <T extends Tensor>(x: T): T => tf.tidy(() => x.div(127.5).sub(1) as T),
);

/** What belongs to MobileNetV2, as in Keras' module of that name. */
export const mobilenetV2 = { MobileNetV2, preprocessInput };

function features(input: SymbolicTensor, { random }: { random: boolean }): SymbolicTensor {
  const { conv, depthwise, norm, activation, pad, add } = layerMaker({ random, epsilon: 1e-3 });
  let x = conv(input, 'Conv1', 32, { kernelSize: 3, strides: 2 });
  x = activation(norm(x, 'bn_Conv1'), 'Conv1_relu', 'relu6');
  let channels = 32;
  for (const [i, { filters, strides }] of blocks.entries()) {
    const name = i === 0 ? 'expanded_conv' : `block_${i}`;
    const before = x;
    if (i > 0) {
      x = norm(conv(x, `${name}_expand`, 6 * channels), `${name}_expand_BN`);
      x = activation(x, `${name}_expand_relu`, 'relu6');
    }
    if (strides === 2) x = pad(x, `${name}_pad`, correctPad(x, 3));
    x = norm(depthwise(x, `${name}_depthwise`, { kernelSize: 3, strides }), `${name}_depthwise_BN`);
    x = activation(x, `${name}_depthwise_relu`, 'relu6');
    x = norm(conv(x, `${name}_project`, filters), `${name}_project_BN`);
    if (strides === 1 && channels === filters) x = add(`${name}_add`, before, x);
    channels = filters;
  }
  x = norm(conv(x, 'Conv_1', 1280), 'Conv_1_bn');
  return activation(x, 'out_relu', 'relu6');
}

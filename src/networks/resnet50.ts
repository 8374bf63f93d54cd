/** ResNet50 without its top, as Keras' `applications/resnet.py` (arXiv 1512.03385), and its preprocessing. */
import type { SymbolicTensor, Tensor } from '@tensorflow/tfjs-node';
import { namePreprocessing } from '../datasets/batches/preprocessing';
import { tf } from '../tensorflow';
import type { Base } from './base';
import { type KerasBaseOptions, kerasBase, layerMaker } from './keras-layers';
import { preprocessInput as vgg16PreprocessInput } from './vgg16';

/** The stacks of blocks: filters, how many blocks, strides of the first. */
const stacks = [
  { name: 'conv2', filters: 64, blocks: 3, strides: 1 },
  { name: 'conv3', filters: 128, blocks: 4, strides: 2 },
  { name: 'conv4', filters: 256, blocks: 6, strides: 2 },
  { name: 'conv5', filters: 512, blocks: 3, strides: 2 },
];

/**
 * ResNet50 (arXiv 1512.03385) without its top: 23,587,712 parameters; made for photos of 224 x 224. Pixels float32
 * `[n, h, w, 3]` as `preprocessInput` gives them in, features `[n, h/32, w/32, 2048]` out, `[n, 2048]` with `pooling`.
 * The layers have Keras' names.
 *
 * @param options `includeTop`: must be `false`; `weights`: `'imagenet'` for Keras' file (`npm run weights -- resnet50`, or in
 *   `~/.keras/models`), the path of a file, or `null`; `inputShape`; `pooling`; `device` ('auto').
 * @returns the model, with Keras' `summary()` and `recommended` settings for its photos. The caller disposes it.
 * @throws LittleDataError where the weights are missing, damaged, or another model's.
 * @example
 * ```ts
 * import { applications } from 'little-data';
 * const base = await applications.ResNet50({ weights: null, pooling: 'avg' });
 * console.log(base.outputShape);
 * ```
 */
export async function ResNet50(options: KerasBaseOptions = {}): Promise<Base> {
  return kerasBase(
    {
      name: 'ResNet50',
      file: 'resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5',
      fetched: 'resnet50',
      model: 'resnet50',
      preprocessingFunction: preprocessInput,
      features,
    },
    options,
  );
}

/**
 * What ResNet50 was trained on: RGB to BGR, minus the ImageNet means (103.939, 116.779, 123.68), as for VGG16.
 * (Keras' `imagenet_utils.preprocess_input`, mode "caffe".)
 *
 * @param x float32 `[..., 3]`, RGB, 0..255; it is left as it is.
 * @returns float32 of the same shape, BGR, -123.68 to 151.061. The caller disposes it.
 * @example
 * ```ts
 * import { applications, ImageDataGenerator } from 'little-data';
 * const { preprocessInput } = applications.resnet50;
 * const datagen = new ImageDataGenerator({ preprocessingFunction: preprocessInput });
 * ```
 */
export const preprocessInput = namePreprocessing(
  'resnet50.preprocessInput',
  <T extends Tensor>(x: T): T => vgg16PreprocessInput(x),
);

/** What belongs to ResNet50, as in Keras' module of that name. */
export const resnet50 = { ResNet50, preprocessInput };

function features(input: SymbolicTensor, { random }: { random: boolean }): SymbolicTensor {
  const { conv, norm, activation, pad, add } = layerMaker({ random, epsilon: 1.001e-5 });
  let x = pad(input, 'conv1_pad', 3);
  x = conv(x, 'conv1_conv', 64, { kernelSize: 7, strides: 2, padding: 'valid', useBias: true });
  x = activation(norm(x, 'conv1_bn'), 'conv1_relu', 'relu');
  x = tf.layers
    .maxPooling2d({ name: 'pool1_pool', poolSize: 3, strides: 2 })
    .apply(pad(x, 'pool1_pad', 1)) as SymbolicTensor;
  for (const { name, filters, blocks, strides } of stacks)
    for (let i = 1; i <= blocks; i++)
      x = block(x, `${name}_block${i}`, filters, i === 1 ? strides : undefined);
  return x;

  /** With `step`, the first of a stack: its shortcut is a convolution. */
  function block(before: SymbolicTensor, name: string, filters: number, step?: number): SymbolicTensor {
    const useBias = true;
    const shortcut = step
      ? norm(conv(before, `${name}_0_conv`, 4 * filters, { strides: step, useBias }), `${name}_0_bn`)
      : before;
    let x = norm(conv(before, `${name}_1_conv`, filters, { strides: step ?? 1, useBias }), `${name}_1_bn`);
    x = activation(x, `${name}_1_relu`, 'relu');
    x = norm(conv(x, `${name}_2_conv`, filters, { kernelSize: 3, useBias }), `${name}_2_bn`);
    x = activation(x, `${name}_2_relu`, 'relu');
    x = norm(conv(x, `${name}_3_conv`, 4 * filters, { useBias }), `${name}_3_bn`);
    return activation(add(`${name}_add`, shortcut, x), `${name}_out`, 'relu');
  }
}

/** EfficientNet-B0 without its top, as Keras' `applications/efficientnet.py` (arXiv 1905.11946), and its preprocessing. */
import type { SymbolicTensor, Tensor } from '@tensorflow/tfjs-node';
import { namePreprocessing } from '../datasets/batches/preprocessing';
import { tf } from '../tensorflow';
import type { Base } from './base';
import { stages } from './efficientnet-lite';
import { correctPad, type KerasBaseOptions, kerasBase, layerMaker } from './keras-layers';
import type { KerasWeights } from './keras-weights';

/**
 * EfficientNet-B0 (arXiv 1905.11946) without its top: 4,049,570 parameters (Keras counts one more, of its `Normalization`); made for photos of
 * 224 x 224. Pixels float32 `[n, h, w, 3]`, RGB, 0..255 in: the network rescales them itself. Features
 * `[n, h/32, w/32, 1280]` out, `[n, 1280]` with `pooling`. The layers have Keras' names.
 *
 * @param options `includeTop`: must be `false`; `weights`: `'imagenet'` for Keras' file (`npm run weights -- efficientnetb0`, or in
 *   `~/.keras/models`), the path of a file, or `null`; `inputShape`; `pooling`; `device` ('auto'). As in Keras, ImageNet's weights bring a second rescaling of the pixels; a file
 *   is known as one of them by its mean and variance of the pixels.
 * @returns the model, with Keras' `summary()` and `recommended` settings for its photos. The caller disposes it.
 * @throws LittleDataError where the weights are missing, damaged, or another model's.
 * @example
 * ```ts
 * import { applications } from 'little-data';
 * const base = await applications.EfficientNetB0({ weights: null, pooling: 'avg' });
 * console.log(base.outputShape);
 * ```
 */
export async function EfficientNetB0(options: KerasBaseOptions = {}): Promise<Base> {
  return kerasBase(
    {
      name: 'EfficientNetB0',
      file: 'efficientnetb0_notop.h5',
      fetched: 'efficientnetb0',
      model: 'efficientnetb0',
      preprocessingFunction: preprocessInput,
      features,
      adapt: rescaledTwice,
    },
    options,
  );
}

/**
 * The pixels as they are: EfficientNet-B0 rescales them itself.
 *
 * @param x float32 `[..., 3]`, RGB, 0..255; it is left as it is.
 * @returns a tensor with the same values. The caller disposes it.
 * @example
 * ```ts
 * import { applications, ImageDataGenerator } from 'little-data';
 * const { preprocessInput } = applications.efficientnetB0;
 * const datagen = new ImageDataGenerator({ preprocessingFunction: preprocessInput });
 * ```
 */
export const preprocessInput = namePreprocessing(
  'efficientnetB0.preprocessInput',
  <T extends Tensor>(x: T): T => x.clone(),
);

/** What belongs to EfficientNet-B0, as in a module of Keras. */
export const efficientnetB0 = { EfficientNetB0, preprocessInput };

function features(input: SymbolicTensor, { random }: { random: boolean }): SymbolicTensor {
  const { conv, depthwise, norm, activation, pad, add } = layerMaker({ random, epsilon: 1e-3 });
  let x = tf.layers.rescaling({ name: 'rescaling', scale: 1 / 255 }).apply(input) as SymbolicTensor;
  // Keras' `Normalization`: a batch norm of fixed mean and variance.
  x = tf.layers
    .batchNormalization({ name: 'normalization', center: false, scale: false, epsilon: 0, trainable: false })
    .apply(x) as SymbolicTensor;
  x = pad(x, 'stem_conv_pad', correctPad(x, 3));
  x = norm(conv(x, 'stem_conv', 32, { kernelSize: 3, strides: 2, padding: 'valid' }), 'stem_bn');
  x = activation(x, 'stem_activation', 'swish');
  let channels = 32;
  for (const [i, { kernelSize, repeats, strides, expansion, filters }] of stages.entries())
    for (let j = 0; j < repeats; j++) {
      const name = `block${i + 1}${String.fromCharCode(97 + j)}_`;
      const step = j === 0 ? strides : 1;
      const before = x;
      if (expansion > 1) {
        x = norm(conv(x, `${name}expand_conv`, channels * expansion), `${name}expand_bn`);
        x = activation(x, `${name}expand_activation`, 'swish');
      }
      if (step === 2) x = pad(x, `${name}dwconv_pad`, correctPad(x, kernelSize));
      x = norm(depthwise(x, `${name}dwconv`, { kernelSize, strides: step }), `${name}bn`);
      x = squeezed(activation(x, `${name}activation`, 'swish'), name, channels);
      x = norm(conv(x, `${name}project_conv`, filters), `${name}project_bn`);
      if (step === 1 && channels === filters) x = add(`${name}add`, x, before);
      channels = filters;
    }
  x = norm(conv(x, 'top_conv', 1280), 'top_bn');
  return activation(x, 'top_activation', 'swish');

  /** Squeeze and excite: each channel times a factor between 0 and 1 that the means of all channels give. */
  function squeezed(x: SymbolicTensor, name: string, channels: number): SymbolicTensor {
    const filters = x.shape.at(-1)!;
    let se = tf.layers.globalAveragePooling2d({ name: `${name}se_squeeze` }).apply(x) as SymbolicTensor;
    se = tf.layers
      .reshape({ name: `${name}se_reshape`, targetShape: [1, 1, filters] })
      .apply(se) as SymbolicTensor;
    se = conv(se, `${name}se_reduce`, Math.floor(channels / 4), { useBias: true, activation: 'swish' });
    se = conv(se, `${name}se_expand`, filters, { useBias: true, activation: 'sigmoid' });
    return tf.layers.multiply({ name: `${name}se_excite` }).apply([x, se]) as SymbolicTensor;
  }
}

/** Standard deviations of ImageNet's pixels, red, green, blue. */
const deviations = [0.229, 0.224, 0.225];

/**
 * Keras divides the pixels by the root of ImageNet's standard deviations once more, where the weights are ImageNet's
 * (tensorflow/tensorflow#49930). Here that is part of the variance.
 */
function rescaledTwice({ layers, where }: KerasWeights): KerasWeights {
  return {
    where,
    layers: layers.map((layer) => {
      const variance = layer.weights.find(
        ({ name }, i) => /\bvariance/.test(name) || (name === '1' && i === 1),
      );
      if (!/^normalization(_\d+)?$/.test(layer.name) || !variance) return layer;
      const isImagenet = deviations.every((value, i) => Math.abs(variance.data[i]! - value ** 2) < 1e-4);
      const data = variance.data.map((value, i) => value * deviations[i]!);
      const weights = layer.weights.map((weight) => (weight === variance ? { ...weight, data } : weight));
      return isImagenet ? { ...layer, weights } : layer;
    }),
  };
}

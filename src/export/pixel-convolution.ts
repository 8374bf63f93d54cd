/** How pixels are prepared, as numbers of a 1x1 convolution: a layer that every TensorFlow.js and Keras has. */
import type { Tensor4D } from '@tensorflow/tfjs-node';
import { problem } from '../check';
import { preparePixels } from '../datasets/batches/prepare-pixels';
import { type Preprocessing, preprocessingByName } from '../datasets/batches/preprocessing';
import { seededRandom } from '../random';
import { tf } from '../tensorflow';

/** `y[o] = bias[o] + sum over i of x[i] * kernel[i * 3 + o]`, with RGB 0..255 as x. */
export interface PixelConvolution {
  /** float32 `[1, 1, 3, 3]`: from channel i to channel o. */
  kernel: Float32Array;
  /** float32 `[3]`. */
  bias: Float32Array;
}

/**
 * The convolution that does what `preprocessing` does, to float32's precision: its columns are what black, red, green and
 * blue become. Rescaling, another order of the channels, means to subtract and deviations to divide by are all such.
 *
 * @throws LittleDataError for a function that does anything else, found by trying it on two pictures of noise.
 */
export function pixelConvolution(preprocessing: Preprocessing): PixelConvolution {
  const [black, ...colours] = prepared(preprocessing, {
    pixels: Uint8Array.of(0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255),
    size: [2, 2],
  });
  const bias = Float32Array.from(black!);
  const kernel = Float32Array.from(
    colours.flatMap((colour) => colour.map((value, o) => (value - bias[o]!) / 255)),
  );
  const convolution = { kernel, bias };
  checkOnNoise(preprocessing, convolution, { seed: 1, levels: 128 });
  checkOnNoise(preprocessing, convolution, { seed: 2, levels: 256 });
  return convolution;
}

/** The three values of each pixel after preprocessing. */
function prepared(
  { rescale, function: name }: Preprocessing,
  { pixels, size }: { pixels: Uint8Array; size: [number, number] },
): number[][] {
  return tf.tidy(() => {
    const x: Tensor4D = preparePixels([pixels], {
      targetSize: size,
      rescale,
      preprocessingFunction: preprocessingByName(name),
    });
    if (String(x.shape) !== String([1, ...size, 3])) throw notPixelwise(name, `the shape [${x.shape}]`);
    const values = Array.from(x.dataSync());
    return Array.from({ length: size[0] * size[1] }, (_, p) => values.slice(p * 3, p * 3 + 3));
  });
}

function checkOnNoise(
  preprocessing: Preprocessing,
  { kernel, bias }: PixelConvolution,
  { seed, levels }: { seed: number; levels: number },
): void {
  const random = seededRandom(seed);
  const pixels = Uint8Array.from({ length: 8 * 8 * 3 }, () => random() * levels);
  const found = prepared(preprocessing, { pixels, size: [8, 8] });
  // A few roundings of float32, in proportion to the largest number that may occur on the way.
  const sizes = [0, 1, 2].map((o) =>
    [0, 1, 2].reduce((sum, i) => sum + 255 * Math.abs(kernel[i * 3 + o]!), Math.abs(bias[o]!)),
  );
  for (const [p, values] of found.entries())
    for (const [o, value] of values.entries()) {
      const own = [0, 1, 2].reduce((sum, i) => sum + pixels[p * 3 + i]! * kernel[i * 3 + o]!, bias[o]!);
      if (!(Math.abs(own - value) <= sizes[o]! * 1e-6))
        throw notPixelwise(preprocessing.function, 'another one');
    }
}

function notPixelwise(name: string | null, found: string): Error {
  return problem({
    where: `the preprocessing function "${name}"`,
    expected: 'one that scales, adds to or reorders the channels of each pixel for itself',
    found,
    next: 'Only such a function fits into a model of standard layers. Train a head on features made with one, such as applications.vgg16.preprocessInput.',
  });
}

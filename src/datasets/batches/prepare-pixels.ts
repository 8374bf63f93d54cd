/** From decoded pixels to what a network takes. */
import type { Tensor4D } from '@tensorflow/tfjs-node';
import type { ExifOrientation } from '../../images/decode-photo';
import { tf } from '../../tensorflow';
import { type PreprocessingFunction, preprocessed } from './preprocessing';

/** How photos are prepared for a network. */
export interface Preparation {
  /** Factor of the pixels. */
  readonly rescale: number;
  /** Applied after `rescale`; undefined for none. */
  readonly preprocessingFunction?: PreprocessingFunction | undefined;
  /** Whether photos are turned as their camera recorded it. */
  readonly exifOrientation: ExifOrientation;
}

/**
 * Pixels of several photos as one batch, float32 `[n, height, width, 3]`: times `rescale`, then through the
 * preprocessing function. Each photo is uint8 RGB `[height * width * 3]`; the caller disposes the tensor.
 *
 * @param room memory for the values, to be used again once the tensor is disposed; other memory where it is left out or too small.
 */
export function preparePixels(
  photos: readonly Uint8Array[],
  {
    targetSize: [height, width],
    rescale,
    preprocessingFunction,
  }: Pick<Preparation, 'rescale' | 'preprocessingFunction'> & { targetSize: readonly [number, number] },
  room?: Float32Array,
): Tensor4D {
  const size = height * width * 3;
  const count = photos.length * size;
  const values = room && room.length >= count ? room.subarray(0, count) : new Float32Array(count);
  for (const [i, pixels] of photos.entries()) values.set(pixels, i * size);
  return tf.tidy(() => {
    const x = tf.tensor4d(values, [photos.length, height, width, 3]);
    const scaled = rescale === 1 ? x : (x.mul(rescale) as Tensor4D);
    return preprocessingFunction ? preprocessed(scaled, preprocessingFunction) : scaled;
  });
}

/** Makes a picture the size that the network wants, by the way that a base was trained with. */
import { centralPart, type Part } from './central-part';
import { resizeConvolution } from './resize-convolution';
import { resizeNearest } from './resize-nearest';

/** How pixels are found: by Pillow's filters of these names (`'area'` is its `BOX`). */
export type Interpolation = 'nearest' | 'bilinear' | 'bicubic' | 'area' | 'lanczos';

/** All of them. */
export const interpolations: readonly Interpolation[] = ['nearest', 'bilinear', 'bicubic', 'area', 'lanczos'];

/** How a picture becomes one of the target size. */
export interface Resizing {
  /** `[height, width]` in pixels. */
  readonly targetSize: readonly [number, number];
  /** How pixels are found. @default 'nearest' */
  readonly interpolation?: Interpolation;
  /** The fraction of the picture's centre that is kept, in the target's proportions; undefined: all of it, in other proportions. */
  readonly cropFraction?: number | undefined;
}

/**
 * Crops and resizes a picture.
 *
 * @param picture uint8 RGB `[height * width * 3]`.
 * @returns uint8 RGB `[height * width * 3]` of the target size; new memory.
 */
export function resizePhoto(
  picture: { data: Uint8Array; height: number; width: number },
  { targetSize, interpolation = 'nearest', cropFraction }: Resizing,
): Uint8Array {
  const part = cropFraction === undefined ? undefined : centralPart(picture, { targetSize, cropFraction });
  if (interpolation !== 'nearest') return resizeConvolution({ ...picture, part }, targetSize, interpolation);
  return resizeNearest(part ? cut(picture, part) : picture, targetSize);
}

function cut({ data, width }: { data: Uint8Array; width: number }, { top, left, ...size }: Part) {
  const kept = new Uint8Array(size.height * size.width * 3);
  for (let y = 0; y < size.height; y++) {
    const from = ((top + y) * width + left) * 3;
    kept.set(data.subarray(from, from + size.width * 3), y * size.width * 3);
  }
  return { data: kept, ...size };
}

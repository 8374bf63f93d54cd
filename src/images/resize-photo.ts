/** Makes a picture the size that the network wants, by the way that a base was trained with. */
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
  const part = cropFraction === undefined ? picture : centreOf(picture, { targetSize, cropFraction });
  return interpolation === 'nearest'
    ? resizeNearest(part, targetSize)
    : resizeConvolution(part, targetSize, interpolation);
}

/** The largest part in the target's proportions, times the fraction: whole pixels (halves rounded up), one less above and to the left where they are odd. */
function centreOf(
  { data, height, width }: { data: Uint8Array; height: number; width: number },
  {
    targetSize: [toHeight, toWidth],
    cropFraction,
  }: { targetSize: readonly [number, number]; cropFraction: number },
): { data: Uint8Array; height: number; width: number } {
  // The shorter side first, so that a square part depends on the picture alone, not on how a quotient is rounded.
  const kept = (side: number) => Math.max(1, Math.round(side * cropFraction));
  const h = kept(Math.min(height, (width * toHeight) / toWidth));
  const w = kept(Math.min(width, (height * toWidth) / toHeight));
  const [top, left] = [(height - h) >> 1, (width - w) >> 1];
  const part = new Uint8Array(h * w * 3);
  for (let y = 0; y < h; y++) {
    const from = ((top + y) * width + left) * 3;
    part.set(data.subarray(from, from + w * 3), y * w * 3);
  }
  return { data: part, height: h, width: w };
}

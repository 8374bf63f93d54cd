/** Which part of a picture a centre crop keeps. */

/** A part of a picture, in whole pixels. */
export interface Part {
  top: number;
  left: number;
  height: number;
  width: number;
}

/**
 * The largest part of a picture in the target's proportions, times the fraction (halves rounded up): one pixel less above and to the left where
 * what is cut off is odd.
 *
 * @param picture its sides in pixels.
 * @param options `targetSize`: `[height, width]` whose proportions it gets; `cropFraction`: of each side of that part, up to 1.
 */
export function centralPart(
  picture: { height: number; width: number },
  { targetSize, cropFraction }: { targetSize: readonly [number, number]; cropFraction: number },
): Part {
  const [toHeight, toWidth] = targetSize;
  // The shorter side first, so that a square part depends on the picture alone, not on how a quotient is rounded.
  const kept = (side: number) => Math.max(1, Math.round(side * cropFraction));
  const height = kept(Math.min(picture.height, (picture.width * toHeight) / toWidth));
  const width = kept(Math.min(picture.width, (picture.height * toWidth) / toHeight));
  return { top: (picture.height - height) >> 1, left: (picture.width - width) >> 1, height, width };
}

/** Which part of a picture a centre crop keeps. */

/** A part of a picture, in whole pixels. */
export interface Part {
  top: number;
  left: number;
  height: number;
  width: number;
}

/**
 * The largest part of a picture in the target's proportions, times the fraction: one pixel less above and to the left where
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
  const scale = Math.min(picture.height / toHeight, picture.width / toWidth) * cropFraction;
  const [height, width] = [toHeight, toWidth].map((side) => Math.max(1, Math.round(side * scale))) as [
    number,
    number,
  ];
  return { top: (picture.height - height) >> 1, left: (picture.width - width) >> 1, height, width };
}

/** Greys of 16 bits as RGB of 8 bits. */
import { Unusable } from './unreadable-photo';

/**
 * The upper 8 bits of greys that use all 16; values of 0 to 255 as they are, as Pillow takes them.
 * @throws {Unusable} for greys of 9 to 12 bits: taken as 16 bits they are nearly black, and Pillow makes most of them white.
 */
export function grey16ToRgb(greys: Uint16Array): Uint8Array {
  let largest = 0;
  for (const grey of greys) if (grey > largest) largest = grey;
  if (largest > 255 && largest < 4096)
    throw new Unusable(
      `a 16-bit grey picture that uses ${Math.ceil(Math.log2(largest + 1))} bits`,
      'Save it again with greys of 8 bits, or leave it out.',
    );
  const shift = largest > 255 ? 8 : 0;
  const rgb = new Uint8Array(greys.length * 3);
  for (let i = 0; i < greys.length; i++) rgb.fill(greys[i]! >> shift, 3 * i, 3 * i + 3);
  return rgb;
}

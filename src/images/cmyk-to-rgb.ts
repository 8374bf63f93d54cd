/** CMYK to RGB, as Pillow's `convert('RGB')` does it: plain arithmetic, no colour management. */

/**
 * RGB bytes (n * 3) from CMYK bytes (n * 4, 255 = full ink).
 * Source: Pillow, `src/libImaging/Convert.c`, `cmyk2rgb`, whose division by 255 rounds.
 */
export function cmykToRgb(cmyk: Uint8Array): Uint8Array {
  const rgb = new Uint8Array((cmyk.length / 4) * 3);
  for (let from = 0, to = 0; from < cmyk.length; from += 4, to += 3) {
    const light = 255 - cmyk[from + 3]!;
    rgb[to] = light - times(cmyk[from]!, light);
    rgb[to + 1] = light - times(cmyk[from + 1]!, light);
    rgb[to + 2] = light - times(cmyk[from + 2]!, light);
  }
  return rgb;
}

function times(a: number, b: number): number {
  const product = a * b + 128;
  return ((product >> 8) + product) >> 8;
}

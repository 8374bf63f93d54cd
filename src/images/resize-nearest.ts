/** Makes a picture the size that the network wants. */
import { checkInteger, problem } from '../check';

/**
 * Resizes a picture to `targetSize` by taking the nearest pixel, equal to Pillow's `Image.resize(..., NEAREST)` bit for bit
 * and so to what Keras' `load_img` feeds by default. The proportions are not kept.
 *
 * @param picture `data`: uint8 RGB, row by row, height * width * 3; `height` and `width` in pixels.
 * @param targetSize `[height, width]` of the result, in pixels, 1 or more each.
 * @returns uint8 RGB, row by row, height * width * 3 of the target; always new memory.
 * @throws {LittleDataError} when a size is no such integer, or `data` is not as long as the sizes say.
 *
 * Source: Pillow, `src/libImaging/Geometry.c`, `ImagingScaleAffine`: the source coordinate starts at half a step and
 * grows by additions, whose rounding errors add up. Computing it as `(i + 0.5) * step` picks other pixels in one place
 * out of twenty.
 */
export function resizeNearest(
  picture: { data: Uint8Array; height: number; width: number },
  targetSize: readonly [number, number],
): Uint8Array {
  const { data, height, width } = picture;
  const toHeight = checkInteger('targetSize[0]', targetSize[0], { min: 1 });
  const toWidth = checkInteger('targetSize[1]', targetSize[1], { min: 1 });
  if (data.length !== height * width * 3 || data.length === 0)
    throw problem({
      where: '`picture.data`',
      expected: `height * width * 3 = ${height * width * 3} bytes, and some`,
      found: `${data.length}`,
      next: 'Pass the whole picture as RGB, three bytes a pixel.',
    });
  const columns = nearest(width, toWidth);
  const rows = nearest(height, toHeight);
  const resized = new Uint8Array(toHeight * toWidth * 3);
  let to = 0;
  for (let y = 0; y < toHeight; y++) {
    const row = rows[y]! * width;
    for (let x = 0; x < toWidth; x++) {
      const from = (row + columns[x]!) * 3;
      resized[to++] = data[from]!;
      resized[to++] = data[from + 1]!;
      resized[to++] = data[from + 2]!;
    }
  }
  return resized;
}

/** For each of `to` places, which of `from` places is taken. */
function nearest(from: number, to: number): Uint32Array {
  const step = from / to;
  const taken = new Uint32Array(to);
  let coordinate = step * 0.5;
  for (let i = 0; i < to; i++) {
    taken[i] = coordinate;
    coordinate += step;
  }
  return taken;
}

/** Resizes a picture by a filter, as Pillow does. */

/** Pillow's filters: how far they reach (pixels at full size), and their weight at a distance. */
const filters = {
  bilinear: { reach: 1, weight: (x: number) => Math.max(0, 1 - Math.abs(x)) },
  bicubic: { reach: 2, weight: cubic },
  area: { reach: 0.5, weight: (x: number) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  lanczos: { reach: 3, weight: (x: number) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
};

/** A filter's name. `'area'` is the mean of the pixels below a target pixel, Pillow's `BOX`. */
type Filter = keyof typeof filters;

/** Bits of the fraction in Pillow's whole-number weights. */
const bits = 22;

/** A picture: uint8 RGB, row by row. */
interface Picture {
  data: Uint8Array;
  height: number;
  width: number;
}

/**
 * Resizes a picture to `targetSize`, equal to Pillow's `Image.resize` with this filter bit for bit. A picture that becomes smaller is
 * smoothed as far as its pixels are apart. The proportions are not kept.
 *
 * @param picture uint8 RGB.
 * @param targetSize `[height, width]` of the result, in pixels.
 * @returns uint8 RGB, row by row; new memory.
 *
 * Source: Pillow, `src/libImaging/Resample.c`: weights in 22 bits, rows first, rounded to bytes between both passes.
 */
export function resizeConvolution(
  { data, height, width }: Picture,
  [toHeight, toWidth]: readonly [number, number],
  filter: Filter,
): Uint8Array {
  // Pillow leaves a pass out where its size stays.
  const rows = width === toWidth ? data : alongRows(data, { height, width, toWidth, filter });
  if (height === toHeight) return rows === data ? Uint8Array.from(data) : rows;
  return alongColumns(rows, { height, width: toWidth, toHeight, filter });
}

function alongRows(
  data: Uint8Array,
  { height, width, toWidth, filter }: { height: number; width: number; toWidth: number; filter: Filter },
): Uint8Array {
  const { first, counts, weights, most } = weightsOf(width, toWidth, filter);
  const result = new Uint8ClampedArray(height * toWidth * 3);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < toWidth; x++) {
      let [red, green, blue] = [half, half, half];
      let from = (y * width + first[x]!) * 3;
      for (let k = x * most, end = k + counts[x]!; k < end; k++, from += 3) {
        const weight = weights[k]!;
        red += Math.imul(data[from]!, weight);
        green += Math.imul(data[from + 1]!, weight);
        blue += Math.imul(data[from + 2]!, weight);
      }
      result[to++] = red >> bits;
      result[to++] = green >> bits;
      result[to++] = blue >> bits;
    }
  }
  return bytesOf(result);
}

function alongColumns(
  data: Uint8Array,
  { height, width, toHeight, filter }: { height: number; width: number; toHeight: number; filter: Filter },
): Uint8Array {
  const { first, counts, weights, most } = weightsOf(height, toHeight, filter);
  const row = width * 3;
  const result = new Uint8ClampedArray(toHeight * row);
  const sums = new Int32Array(row);
  for (let y = 0; y < toHeight; y++) {
    sums.fill(half);
    // Two rows at a time: a third faster than pixel by pixel.
    for (let k = 0; k < counts[y]!; k += 2) {
      const isLast = k + 1 === counts[y]!;
      const upper = (first[y]! + k) * row;
      const lower = isLast ? upper : upper + row;
      const upperWeight = weights[y * most + k]!;
      const lowerWeight = isLast ? 0 : weights[y * most + k + 1]!;
      for (let x = 0; x < row; x++)
        sums[x]! += Math.imul(data[upper + x]!, upperWeight) + Math.imul(data[lower + x]!, lowerWeight);
    }
    for (let x = 0, to = y * row; x < row; x++) result[to++] = sums[x]! >> bits;
  }
  return bytesOf(result);
}

const half = 1 << (bits - 1);

function bytesOf({ buffer }: Uint8ClampedArray): Uint8Array {
  return new Uint8Array(buffer);
}

/** For each of `to` places: the first of `from` places that counts, how many do, and their weights, `most` apart. */
function weightsOf(from: number, to: number, name: Filter) {
  const { reach, weight } = filters[name];
  const scale = from / to;
  const stretch = Math.max(1, scale);
  const support = reach * stretch;
  const most = Math.ceil(support) * 2 + 1;
  const [first, counts] = [new Int32Array(to), new Int32Array(to)];
  const weights = new Int32Array(to * most);
  const own = new Float64Array(most);
  for (let i = 0; i < to; i++) {
    const centre = (i + 0.5) * scale;
    const begin = Math.max(0, Math.trunc(centre - support + 0.5));
    const count = Math.min(from, Math.trunc(centre + support + 0.5)) - begin;
    let total = 0;
    for (let k = 0; k < count; k++) {
      own[k] = weight((k + begin - centre + 0.5) * (1 / stretch));
      total += own[k]!;
    }
    [first[i], counts[i]] = [begin, count];
    for (let k = 0; k < count; k++) {
      const share = total === 0 ? own[k]! : own[k]! / total;
      weights[i * most + k] = Math.trunc((share < 0 ? -0.5 : 0.5) + share * (1 << bits));
    }
  }
  return { first, counts, weights, most };
}

/** Keys' cubic convolution with a = -0.5. */
function cubic(distance: number): number {
  const [a, x] = [-0.5, Math.abs(distance)];
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI);
}

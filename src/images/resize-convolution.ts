/** Resizes a picture by a filter, as Pillow does. */
import type { Part } from './central-part';
import { convolutionCode } from './convolution-code';

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
 * Resizes a picture, or a part of it, to `targetSize`, equal to Pillow's `Image.resize` with this filter bit for bit. A picture that
 * becomes smaller is smoothed as far as its pixels are apart. The proportions are not kept.
 *
 * @param picture uint8 RGB; `part`: what is kept of it; all, where it is left out.
 * @param targetSize `[height, width]` of the result, in pixels.
 * @returns uint8 RGB, row by row; new memory.
 *
 * Source: Pillow, `src/libImaging/Resample.c`: weights in 22 bits, rows first, rounded to bytes between both passes. The sums
 * are WebAssembly (`convolution.wat`), which takes a sixth of the time of JavaScript.
 */
export function resizeConvolution(
  picture: Picture & { part?: Part },
  [toHeight, toWidth]: readonly [number, number],
  filter: Filter,
): Uint8Array {
  const { top, left, height, width } = picture.part ?? { top: 0, left: 0, ...picture };
  const horizontal = weightsOf(width, toWidth, filter);
  const vertical = weightsOf(height, toHeight, filter);
  const row = toWidth * 3;
  const size = toHeight * row;
  const places = reserve({
    line: width * 3,
    first: 4 * toWidth,
    counts: 4 * toWidth,
    horizontal: horizontal.weights.byteLength,
    vertical: vertical.weights.byteLength,
    rows: height * row,
    result: size,
  });
  const bytes = new Uint8Array(wasm().memory.buffer);
  const integers = new Int32Array(bytes.buffer);
  integers.set(horizontal.first, places.first / 4);
  integers.set(horizontal.counts, places.counts / 4);
  integers.set(horizontal.weights, places.horizontal / 4);
  integers.set(vertical.weights, places.vertical / 4);
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * picture.width + left) * 3;
    const to = places.rows + y * row;
    const line = picture.data.subarray(from, from + width * 3);
    // Pillow leaves a pass out where its size stays.
    bytes.set(line, width === toWidth ? to : places.line);
    if (width !== toWidth)
      wasm().alongRow(
        places.line,
        to,
        toWidth,
        places.first,
        places.counts,
        places.horizontal,
        horizontal.most,
      );
  }
  if (height === toHeight) return bytes.slice(places.rows, places.rows + size);
  for (let y = 0; y < toHeight; y++) {
    const from = places.rows + vertical.first[y]! * row;
    const weights = places.vertical + 4 * y * vertical.most;
    wasm().acrossRows(from, places.result + y * row, row, weights, vertical.counts[y]!);
  }
  return bytes.slice(places.result, places.result + size);
}

/** `convolution.wat` says what these take. */
interface Convolution {
  memory: WebAssembly.Memory;
  alongRow(...places: [number, number, number, number, number, number, number]): void;
  acrossRows(...places: [number, number, number, number, number]): void;
}

let loaded: Convolution | undefined;

function wasm(): Convolution {
  if (!loaded) {
    const code = Uint8Array.from(atob(convolutionCode), (character) => character.charCodeAt(0));
    loaded = new WebAssembly.Instance(new WebAssembly.Module(code)).exports as unknown as Convolution;
  }
  return loaded;
}

const page = 65_536;

/** Where arrays of so many bytes lie in the memory, which grows to hold them; 16 bytes behind each are free. */
function reserve<T extends Record<string, number>>(sizes: T): T {
  let end = 0;
  const places = Object.entries(sizes).map(([name, size]) => {
    const start = end;
    end += 16 * Math.ceil(size / 16 + 1);
    return [name, start];
  });
  const { memory } = wasm();
  const lacks = end - memory.buffer.byteLength;
  if (lacks > 0) memory.grow(Math.ceil(lacks / page));
  return Object.fromEntries(places) as T;
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

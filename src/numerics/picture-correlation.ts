/** Whether two small grey pictures show the same, although one may be mirrored, or lack a strip at its edges. */

/** Pixels per side of the pictures that are compared. */
export const greySide = 64;

/** Pixels per side of what is correlated. */
const side = 32;

/** The part of a side that is kept where strips are cut off. */
const kept = 0.95;

/** A picture in the forms in which it is compared: each `side * side` numbers with mean 0 and length 1. */
export interface ComparedPicture {
  /** The whole of it, as it is and mirrored. */
  whole: Float32Array[];
  /** The whole of it, and what is left when strips are cut off at different edges. */
  parts: Float32Array[];
}

/** Prepares a grey picture of `greySide * greySide` pixels, row by row. */
export function comparedPicture(grey: ArrayLike<number>): ComparedPicture {
  const all = sampled(grey, { fraction: 1, top: 0, left: 0 });
  const mirrored = all.map((_, i) => all[i - (i % side) + (side - 1 - (i % side))]!);
  const ends = [0, 0.5, 1];
  const cut = ends.flatMap((top) => ends.map((left) => sampled(grey, { fraction: kept, top, left })));
  return { whole: [all, mirrored].map(standardized), parts: [all, ...cut].map(standardized) };
}

/** The largest normalised correlation of one picture with the other, in both orientations, either one cut: -1..1, 0 for pictures of one grey. */
export function pictureCorrelation(a: ComparedPicture, b: ComparedPicture): number {
  let largest = -1;
  for (const [parts, whole] of [
    [a.parts, b.whole],
    [b.parts, a.whole],
  ] as const)
    for (const part of parts) for (const other of whole) largest = Math.max(largest, product(part, other));
  return largest;
}

/** A part of the picture at `side * side` points, between pixels by straight lines. `top` and `left`: 0 for the one edge, 1 for the other. */
function sampled(
  grey: ArrayLike<number>,
  { fraction, top, left }: { fraction: number; top: number; left: number },
): Float32Array {
  const [x, y] = [left, top].map((offset) => points(fraction, offset)) as [Float64Array, Float64Array];
  return Float32Array.from({ length: side * side }, (_, i) =>
    between(grey, x[i % side]!, y[Math.floor(i / side)]!),
  );
}

/** Where the points lie along one side, in pixels. */
function points(fraction: number, offset: number): Float64Array {
  const length = greySide * fraction;
  const start = offset * (greySide - length) - 0.5;
  return Float64Array.from({ length: side }, (_, i) =>
    Math.min(greySide - 1, Math.max(0, start + ((i + 0.5) * length) / side)),
  );
}

function between(grey: ArrayLike<number>, x: number, y: number): number {
  const [x0, y0] = [Math.min(greySide - 2, Math.floor(x)), Math.min(greySide - 2, Math.floor(y))];
  const [fx, fy] = [x - x0, y - y0];
  const at = y0 * greySide + x0;
  const above = grey[at]! * (1 - fx) + grey[at + 1]! * fx;
  const below = grey[at + greySide]! * (1 - fx) + grey[at + greySide + 1]! * fx;
  return above * (1 - fy) + below * fy;
}

function standardized(values: Float32Array): Float32Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const length = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0));
  // Below one grey level of spread it is rounding that is compared.
  return values.map((value) => (length < side ? 0 : (value - mean) / length));
}

function product(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** The run-length codes of BMP (RLE8 and RLE4). Source: Microsoft, "Bitmap Compression". */
import { cutShort, Unusable } from './unreadable';

/** Where runs are painted. */
export interface RunCanvas {
  bits: number;
  height: number;
  width: number;
  /** RGB, 256 entries. */
  palette: Uint8Array;
  /** RGB, height * width * 3 bytes, changed. */
  data: Uint8Array;
  /** Where the n-th coded line starts in `data`. */
  rowStart: (line: number) => number;
}

/** Paints run-length codes. Skipped pixels have colour 0. @throws {Unusable} where the codes stop before the picture. */
export function paintRuns(codes: Uint8Array, canvas: RunCanvas): void {
  const { bits, data, height, palette, rowStart, width } = canvas;
  for (let i = 0; i < data.length; i++) data[i] = palette[i % 3]!;
  let x = 0;
  let line = 0;
  const paint = (index: number) => {
    if (x < width && line < height)
      data.set(palette.subarray(index * 3, index * 3 + 3), rowStart(line) + x * 3);
    x++;
  };
  let at = 0;
  while (line < height) {
    if (at + 2 > codes.length) {
      if (line === height - 1 && x >= width) return;
      throw new Unusable(cutShort);
    }
    const count = codes[at++]!;
    const value = codes[at++]!;
    if (count > 0) for (let i = 0; i < count; i++) paint(nibble(value, i, bits));
    else if (value === endOfLine) {
      x = 0;
      line++;
    } else if (value === endOfPicture) return;
    else if (value === skip) {
      if (at + 2 > codes.length) throw new Unusable(cutShort);
      x += codes[at++]!;
      line += codes[at++]!;
    } else {
      const length = Math.ceil((value * bits) / 8);
      if (at + length > codes.length) throw new Unusable(cutShort);
      for (let i = 0; i < value; i++) paint(nibble(codes[at + ((i * bits) >> 3)]!, i, bits));
      at += length + (length % 2);
    }
  }
}

const endOfLine = 0;
const endOfPicture = 1;
const skip = 2;

function nibble(value: number, i: number, bits: number): number {
  if (bits === 8) return value;
  return i % 2 === 0 ? value >> 4 : value & 15;
}

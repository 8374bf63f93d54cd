/** The run-length codes of BMP (RLE8 and RLE4). Source: Microsoft, "Bitmap Compression". */
import { cutShort, Unusable } from './unreadable-photo';

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
  // What a run has beyond its line's end is not gone through: two bytes would ask for 255 steps each time.
  const paint = (length: number, indexAt: (i: number) => number) => {
    for (let i = 0; i < length && x + i < width; i++) {
      const index = indexAt(i) * 3;
      data.set(palette.subarray(index, index + 3), rowStart(line) + (x + i) * 3);
    }
    x = Math.min(x + length, width);
  };
  let at = 0;
  while (line < height) {
    if (at + 2 > codes.length) {
      if (line === height - 1 && x >= width) return;
      throw new Unusable(cutShort);
    }
    const count = codes[at++]!;
    const value = codes[at++]!;
    if (count > 0) paint(count, (i) => nibble(value, i, bits));
    else if (value === endOfLine) {
      x = 0;
      line++;
    } else if (value === endOfPicture) {
      if (line < height - 1) throw new Unusable(cutShort);
      return;
    } else if (value === skip) {
      if (at + 2 > codes.length) throw new Unusable(cutShort);
      x += codes[at++]!;
      line += codes[at++]!;
      if (x > width) throw beyond();
    } else {
      const length = Math.ceil((value * bits) / 8);
      if (at + length > codes.length) throw new Unusable(cutShort);
      if (x + value > width) throw beyond();
      const start = at;
      paint(value, (i) => nibble(codes[start + ((i * bits) >> 3)]!, i, bits));
      at += length + (length % 2);
    }
  }
}

function beyond(): Unusable {
  return new Unusable('damaged: its run lengths lead beyond the end of a line');
}

const endOfLine = 0;
const endOfPicture = 1;
const skip = 2;

function nibble(value: number, i: number, bits: number): number {
  if (bits === 8) return value;
  return i % 2 === 0 ? value >> 4 : value & 15;
}

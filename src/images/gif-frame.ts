/** The colour that a GIF has where its first frame shows nothing, as Pillow gives it; decoders differ in it. */

/** A GIF's first frame: its place in the picture, and the colour under what it leaves open. */
export interface GifFrame {
  /** `[height, width]` of the whole picture. */
  screen: readonly [number, number];
  top: number;
  left: number;
  height: number;
  width: number;
  /** RGB of the transparent pixels and of those beyond the frame. */
  hidden: readonly [number, number, number];
  /** Whether the codes of the frame fill it: decoders leave what is missing empty, and say nothing. */
  isWhole: boolean;
}

/**
 * Reads the place of the first frame and the hidden colour: the palette's entry that the frame declares transparent,
 * entry 0 where it declares none. `undefined` where the file is cut or has no palette.
 * Sources: the GIF89a specification; Pillow, `GifImagePlugin.py`, `load_prepare`.
 */
export function gifFrame(bytes: Uint8Array): GifFrame | undefined {
  const flags = bytes[10] ?? 0;
  let hidden = 0;
  for (let at = 13 + tableLength(flags); at + 9 < bytes.length; ) {
    if (bytes[at] === imageMark) {
      const local = bytes[at + 9]!;
      if (((flags | local) & hasTable) === 0) return undefined;
      const colour = (local & hasTable ? at + 10 : 13) + hidden * 3;
      const width = u16(bytes, at + 5);
      const height = u16(bytes, at + 7);
      return {
        screen: [u16(bytes, 8), u16(bytes, 6)],
        left: u16(bytes, at + 1),
        top: u16(bytes, at + 3),
        width,
        height,
        hidden: [bytes[colour] ?? 0, bytes[colour + 1] ?? 0, bytes[colour + 2] ?? 0],
        isWhole: codedPixels(bytes, at + 10 + tableLength(local)) >= height * width,
      };
    }
    if (bytes[at] !== extensionMark) return undefined;
    if (bytes[at + 1] === graphicControl) hidden = bytes[at + 3]! & 1 ? bytes[at + 6]! : 0;
    at += 2;
    while (bytes[at]) at += 1 + bytes[at]!;
    at++;
  }
  return undefined;
}

/** RGB bytes from decoded RGB or RGBA, the hidden colour put where the first frame shows nothing. */
export function showHidden(
  { data, height, width }: { data: Uint8Array; height: number; width: number },
  frame: GifFrame | undefined,
): Uint8Array {
  const channels = data.length / (height * width);
  const rgb = channels === 3 ? data : new Uint8Array(height * width * 3);
  const [red, green, blue] = frame?.hidden ?? [0, 0, 0];
  for (let y = 0, from = 0, to = 0; y < height; y++) {
    const rowInside = !frame || (y >= frame.top && y < frame.top + frame.height);
    for (let x = 0; x < width; x++, from += channels, to += 3) {
      const inside = rowInside && (!frame || (x >= frame.left && x < frame.left + frame.width));
      const shown = inside && (channels === 3 || data[from + 3] !== 0);
      rgb[to] = shown ? data[from]! : red;
      rgb[to + 1] = shown ? data[from + 1]! : green;
      rgb[to + 2] = shown ? data[from + 2]! : blue;
    }
  }
  return rgb;
}

/** How many pixels a frame's codes give, from the lengths of their strings alone. Source: GIF89a, appendix F. */
function codedPixels(bytes: Uint8Array, start: number): number {
  const bits = bytes[start]!;
  if (!(bits >= 1 && bits <= 11)) return 0;
  const clear = 1 << bits;
  const lengths = new Uint32Array(4096).fill(1);
  let next = clear + 2;
  let size = bits + 1;
  let last = -1;
  let pixels = 0;
  let held = 0;
  let heldBits = 0;
  for (let at = start + 1; bytes[at]; at += 1 + bytes[at]!) {
    for (let i = 1; i <= bytes[at]! && at + i < bytes.length; i++) {
      held |= bytes[at + i]! << heldBits;
      heldBits += 8;
      while (heldBits >= size) {
        const code = held & ((1 << size) - 1);
        held >>>= size;
        heldBits -= size;
        if (code === clear) {
          next = clear + 2;
          size = bits + 1;
          last = -1;
          continue;
        }
        if (code === clear + 1 || code > next || (code === next && last < 0)) return pixels;
        if (last >= 0 && next < 4096) {
          lengths[next++] = lengths[last]! + 1;
          if (next === 1 << size && size < 12) size++;
        }
        pixels += lengths[code]!;
        last = code;
      }
    }
  }
  return pixels;
}

const hasTable = 0x80;
const imageMark = 0x2c;
const extensionMark = 0x21;
const graphicControl = 0xf9;

function tableLength(flags: number): number {
  return flags & hasTable ? 3 << ((flags & 7) + 1) : 0;
}

function u16(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8);
}

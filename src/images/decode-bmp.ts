/** Decodes BMP, which sharp doesn't read: 1, 4, 8, 16, 24 and 32 bits, run lengths, bit masks, Windows and OS/2 headers. */
import { paintRuns } from './paint-runs';
import { checkSize, cutShort, Unusable } from './unreadable-photo';

/** A decoded picture: RGB, row by row from the top, height * width * 3 bytes. */
export interface BmpPicture {
  data: Uint8Array;
  height: number;
  width: number;
}

/**
 * Decodes a BMP as Pillow's `convert('RGB')` does: alpha is left out, levels of fewer bits are stretched to 0..255
 * (`floor(level * 255 / highest)`), pixels that run lengths skip have colour 0.
 * Source: Microsoft, "Bitmap Storage"; for the differing OS/2 headers, the "OS/2 Presentation Manager" reference.
 *
 * @throws {Unusable} for every file that can't be decoded.
 */
export function decodeBmp(bytes: Uint8Array, { maxPixels }: { maxPixels: number }): BmpPicture {
  const header = readHeader(bytes);
  const { height, width, bits, compression } = header;
  checkSize(height, width, { maxPixels });
  const stride = Math.ceil((width * bits) / 32) * 4;
  const isRuns = compression === 1 || compression === 2;
  const needed = stride * (height - 1) + Math.ceil((width * bits) / 8);
  // Before anything is allocated: a few bytes may claim any size.
  if (!isRuns && header.pixels + needed > bytes.length) throw new Unusable(cutShort);
  if (isRuns && header.pixels >= bytes.length) throw new Unusable(cutShort);
  const data = new Uint8Array(height * width * 3);
  const rowStart = (line: number) => (header.topDown ? line : height - 1 - line) * width * 3;
  if (isRuns) paintRuns(bytes.subarray(header.pixels), { ...header, data, rowStart });
  else {
    const paint = bits <= 8 ? paintIndexed : bits === 24 ? paintTrueColour : paintMasked;
    for (let line = 0; line < height; line++)
      paint(bytes, { from: header.pixels + line * stride, to: rowStart(line), data, header });
  }
  return { data, height, width };
}

interface Header {
  height: number;
  width: number;
  topDown: boolean;
  bits: number;
  compression: number;
  /** Bit masks of red, green and blue. */
  masks: readonly [number, number, number];
  /** RGB, entry by entry, always 256 entries: those that the file lacks are black. */
  palette: Uint8Array;
  /** Where the pixels start. */
  pixels: number;
}

function readHeader(bytes: Uint8Array): Header {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = bytes.length >= 18 ? view.getUint32(14, true) : 0;
  if (size === 0 || bytes.length < 14 + size) throw new Unusable('a header only, without a picture');
  const isCore = size === 12;
  const rows = isCore ? view.getUint16(20, true) : view.getInt32(22, true);
  const bits = view.getUint16(isCore ? 24 : 28, true);
  const compression = size >= 40 ? view.getUint32(30, true) : 0;
  checkForm(bits, compression, size);
  let at = 14 + size;
  let masks: Header['masks'] = bits === 16 ? [0x7c00, 0x3e0, 0x1f] : [0xff0000, 0xff00, 0xff];
  if (compression === 3 || compression === 6) {
    // A header of 40 bytes has the masks behind it, the later ones inside.
    const place = 54;
    if (bytes.length < place + 12) throw new Unusable(cutShort);
    const given = [0, 4, 8].map((offset) => view.getUint32(place + offset, true)) as [number, number, number];
    // Without any mask, the usual ones count, as Pillow has it.
    if (given.some((mask) => mask !== 0)) masks = given;
    if (size === 40) at += compression === 6 ? 16 : 12;
  }
  const used = size >= 40 ? view.getUint32(46, true) : 0;
  const entry = isCore ? 3 : 4;
  const start = view.getUint32(10, true);
  const colours = bits <= 8 ? Math.min(used || 1 << bits, 256, Math.floor((bytes.length - at) / entry)) : 0;
  const palette = new Uint8Array(256 * 3);
  for (let i = 0; i < colours; i++, at += entry)
    palette.set([bytes[at + 2]!, bytes[at + 1]!, bytes[at]!], i * 3);
  return {
    height: Math.abs(rows),
    width: isCore ? view.getUint16(18, true) : view.getInt32(18, true),
    topDown: rows < 0,
    bits,
    compression,
    masks,
    palette,
    pixels: start === 0 ? at : start,
  };
}

function checkForm(bits: number, compression: number, size: number): void {
  const isKnown =
    (compression === 0 && [1, 2, 4, 8, 16, 24, 32].includes(bits)) ||
    (compression === 1 && bits === 8) ||
    (compression === 2 && bits === 4) ||
    ((compression === 3 || compression === 6) && (bits === 16 || bits === 32) && size !== 64);
  if (!isKnown)
    throw new Unusable(
      `a BMP of ${bits} bits with compression ${compression}, which is not read here`,
      'Leave it out, or save it as PNG first.',
    );
}

interface Line {
  from: number;
  to: number;
  data: Uint8Array;
  header: Header;
}

function paintIndexed(bytes: Uint8Array, { from, to, data, header: { bits, palette, width } }: Line): void {
  const highest = (1 << bits) - 1;
  for (let x = 0, bit = 0; x < width; x++, bit += bits, to += 3) {
    const index = (bytes[from + (bit >> 3)]! >> (8 - bits - (bit & 7))) & highest;
    data[to] = palette[index * 3]!;
    data[to + 1] = palette[index * 3 + 1]!;
    data[to + 2] = palette[index * 3 + 2]!;
  }
}

function paintTrueColour(bytes: Uint8Array, { from, to, data, header: { width } }: Line): void {
  for (const end = from + width * 3; from < end; from += 3, to += 3) {
    data[to] = bytes[from + 2]!;
    data[to + 1] = bytes[from + 1]!;
    data[to + 2] = bytes[from]!;
  }
}

function paintMasked(bytes: Uint8Array, { from, to, data, header: { bits, masks, width } }: Line): void {
  const shifts = masks.map((mask) => (mask === 0 ? 0 : 31 - Math.clz32(mask & -mask)));
  const highest = masks.map((mask, c) => mask >>> shifts[c]!);
  for (let x = 0; x < width; x++, to += 3) {
    let pixel = bytes[from++]! | (bytes[from++]! << 8);
    if (bits === 32) pixel |= (bytes[from++]! << 16) | (bytes[from++]! << 24);
    for (let c = 0; c < 3; c++)
      data[to + c] = masks[c] === 0 ? 0 : (((pixel & masks[c]!) >>> shifts[c]!) * 255) / highest[c]!;
  }
}

/** What has to be known of a TIFF file before a decoder sees it. Source: TIFF 6.0, Aldus 1992. */
import { Unusable } from './unreadable-photo';

/** The first directory of a TIFF file. */
export interface TiffHeader {
  height: number;
  width: number;
  /** Bits of the first channel. */
  bits: number;
  /** 1 none, 6 and 7 JPEG, 34925 LZMA, 50000 Zstandard. */
  compression: number;
  /** 0 and 1 grey, 2 RGB, 3 palette, 5 CMYK, 6 YCbCr. */
  photometric: number;
  /** Where in the file the orientation stands, and its value; `undefined` where it has none. */
  orientation?: { at: number; value: number };
  isLittleEndian: boolean;
}

const tags = { width: 256, height: 257, bits: 258, compression: 259, photometric: 262, orientation: 274 };
const short = 3;
const long = 4;

/** Reads the first directory; `undefined` where it is cut off, or the file is a BigTIFF. */
export function tiffHeader(bytes: Uint8Array): TiffHeader | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isLittleEndian = bytes[0] === 0x49;
  if (bytes.length < 8 || view.getUint16(2, isLittleEndian) !== 42) return undefined;
  const start = view.getUint32(4, isLittleEndian);
  if (start + 2 > bytes.length) return undefined;
  const entries = view.getUint16(start, isLittleEndian);
  const found = new Map<number, { at: number; value: number }>();
  for (let i = 0, at = start + 2; i < entries && at + 12 <= bytes.length; i++, at += 12) {
    const [tag, type] = [view.getUint16(at, isLittleEndian), view.getUint16(at + 2, isLittleEndian)];
    const count = view.getUint32(at + 4, isLittleEndian);
    // A list of more than four bytes stands elsewhere; its first value counts.
    const size = type === short ? 2 : 4;
    const place = size * count <= 4 ? at + 8 : view.getUint32(at + 8, isLittleEndian);
    if ((type !== short && type !== long) || place + size > bytes.length) continue;
    const value =
      type === short ? view.getUint16(place, isLittleEndian) : view.getUint32(place, isLittleEndian);
    found.set(tag, { at: place, value });
  }
  const numberOf = (tag: number, otherwise: number) => found.get(tag)?.value ?? otherwise;
  if (!found.has(tags.width) || !found.has(tags.height)) return undefined;
  return {
    height: numberOf(tags.height, 0),
    width: numberOf(tags.width, 0),
    bits: numberOf(tags.bits, 1),
    compression: numberOf(tags.compression, 1),
    photometric: numberOf(tags.photometric, 1),
    orientation: found.get(tags.orientation),
    isLittleEndian,
  };
}

const packedBy: Record<number, string> = { 34925: 'LZMA', 50000: 'Zstandard' };

/** Throws for files whose pixels the decoder does not read, or reads as other colours. */
export function checkTiff({ compression, photometric, bits }: TiffHeader): void {
  const next = 'Leave it out, or save it again as PNG or JPEG.';
  const packed = packedBy[compression];
  if (packed) throw new Unusable(`a TIFF packed by ${packed}, which is not read here`, next);
  const isJpeg = compression === 6 || compression === 7;
  if (photometric === 6 && !isJpeg)
    throw new Unusable('a TIFF in YCbCr without JPEG, which is not read here', next);
  if (photometric === 5 && bits > 8)
    throw new Unusable('a CMYK TIFF of 16 bits, which is not read here', next);
}

/** The same file without an orientation that there is not (0, or 9 and more); `bytes` itself where it has none such. */
export function withKnownOrientation(
  bytes: Uint8Array,
  { orientation, isLittleEndian }: TiffHeader,
): Uint8Array {
  if (!orientation || (orientation.value >= 1 && orientation.value <= 8)) return bytes;
  const patched = Uint8Array.from(bytes);
  new DataView(patched.buffer).setUint16(orientation.at, 1, isLittleEndian);
  return patched;
}

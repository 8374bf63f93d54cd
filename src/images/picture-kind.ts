/** What a file is, from its bytes: names and extensions are not looked at. */

/** The formats that are recognised as pictures. `heic` is recognised, and read only where the decoder is there. */
export type PictureKind = 'jpeg' | 'png' | 'webp' | 'gif' | 'avif' | 'heic' | 'tiff' | 'bmp';

/** How many bytes from the start of a file `pictureKind` and `describeBytes` want to see. */
export const headLength = 512;

/** The format of a picture, or `undefined` where the bytes are none of these formats. */
export function pictureKind(bytes: Uint8Array): PictureKind | undefined {
  if (startsWith(bytes, '\xff\xd8\xff')) return 'jpeg';
  if (startsWith(bytes, '\x89PNG\r\n\x1a\n')) return 'png';
  if (startsWith(bytes, 'RIFF') && startsWith(bytes, 'WEBP', 8)) return 'webp';
  if (startsWith(bytes, 'GIF87a') || startsWith(bytes, 'GIF89a')) return 'gif';
  if (['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].some((mark) => startsWith(bytes, mark))) return 'tiff';
  if (startsWith(bytes, 'BM') && bmpHeaderSizes.has(bytes[14]! | (bytes[15]! << 8))) return 'bmp';
  if (startsWith(bytes, 'ftyp', 4)) return kindFromBrands(bytes);
  return undefined;
}

/** What bytes are that are no picture of a known format: a noun phrase, and what to do where something can be done. */
export function describeBytes(bytes: Uint8Array): { reason: string; next?: string } {
  for (const [mark, offset, reason] of others)
    if (startsWith(bytes, mark, offset))
      return { reason, next: 'Leave it out, or save it as JPEG or PNG first.' };
  const text = latin1(bytes.subarray(0, headLength)).replace(/^\xef\xbb\xbf|\0/g, '');
  const start = text.replace(/<!--[\s\S]*?-->|<\?[^>]*>|<!doctype svg[^>]*>/gi, '').trimStart();
  if (/^<svg\b/i.test(start))
    return { reason: 'an SVG drawing, not a photo', next: 'Leave it out, or save it as PNG first.' };
  if (/^<(!doctype html|html|head|body|meta|title)\b/i.test(start))
    return {
      reason: 'HTML text, not a picture',
      next: 'A web page was saved instead of the picture it shows. Leave it out, or download the picture again.',
    };
  if (bytes.length > 0 && bytes.subarray(0, headLength).every((byte) => byte === 0))
    return { reason: 'zeros instead of a picture' };
  if (/^[\t\n\r\x20-\x7e\x80-\xff]+$/.test(text) && /^[\t\n\r\x20-\x7e]{4}/.test(text))
    return { reason: 'text, not a picture' };
  return { reason: 'no picture of a known format' };
}

/** Sizes of the header after the file header of a BMP: without this check any text that starts with "BM" is one. */
const bmpHeaderSizes = new Set([12, 16, 40, 52, 56, 64, 108, 124]);

const others: [mark: string, offset: number, reason: string][] = [
  ['\x00\x00\x00\x0cjP  ', 0, 'a JPEG 2000 picture, which is not read here'],
  ['\xff\x4f\xff\x51', 0, 'a JPEG 2000 picture, which is not read here'],
  ['\x00\x00\x00\x0cJXL ', 0, 'a JPEG XL picture, which is not read here'],
  ['\xff\x0a', 0, 'a JPEG XL picture, which is not read here'],
  ['8BPS', 0, 'a Photoshop document, not a photo'],
  ['%PDF', 0, 'a PDF document, not a photo'],
  ['PK\x03\x04', 0, 'a zip archive, not a photo'],
  ['\x1f\x8b', 0, 'a gzip archive, not a photo'],
  ['\x00\x00\x01\x00', 0, 'an icon, which is not read here'],
  ['FUJIFILMCCD-RAW', 0, 'a raw camera file, which is not read here'],
  ['IIRO', 0, 'a raw camera file, which is not read here'],
  ['IIU\0', 0, 'a raw camera file, which is not read here'],
  ['ftyp', 4, 'a video, not a photo'],
  ['\x1aE\xdf\xa3', 0, 'a video, not a photo'],
  ['AVI ', 8, 'a video, not a photo'],
  ['P6\n', 0, 'a Netpbm picture, which is not read here'],
  ['P5\n', 0, 'a Netpbm picture, which is not read here'],
];

function kindFromBrands(bytes: Uint8Array): PictureKind | undefined {
  const end = Math.min(bytes.length, headLength, ((bytes[2]! << 8) | bytes[3]!) >>> 0 || bytes.length);
  const brands = new Set<string>();
  for (let i = 8; i + 4 <= end; i += 4) if (i !== 12) brands.add(latin1(bytes.subarray(i, i + 4)));
  if (brands.has('avif') || brands.has('avis')) return 'avif';
  return heicBrands.some((brand) => brands.has(brand)) ? 'heic' : undefined;
}

const heicBrands = ['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'mif1', 'msf1'];

function startsWith(bytes: Uint8Array, mark: string, offset = 0): boolean {
  if (bytes.length < offset + mark.length) return false;
  for (let i = 0; i < mark.length; i++) if (bytes[offset + i] !== mark.charCodeAt(i)) return false;
  return true;
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

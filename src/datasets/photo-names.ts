/** What names tell: which files systems leave in folders, which call themselves pictures, and the order of names. */
import path from 'node:path';
import type { PictureKind } from '../images/picture-kind';

/** What sharp or this package's own readers can decode, by the usual extensions, and what these promise. */
const kinds: Record<string, readonly PictureKind[]> = {
  '.jpg': ['jpeg'],
  '.jpeg': ['jpeg'],
  '.jpe': ['jpeg'],
  '.jfif': ['jpeg'],
  '.png': ['png'],
  '.webp': ['webp'],
  '.gif': ['gif'],
  '.bmp': ['bmp'],
  '.tif': ['tiff'],
  '.tiff': ['tiff'],
  '.avif': ['avif'],
  '.heic': ['heic'],
  '.heif': ['heic', 'avif'],
};

const junkNames = new Set([
  '__macosx',
  '__pycache__',
  'thumbs.db',
  'ehthumbs.db',
  'desktop.ini',
  'icon\r',
  '@eadir',
  '$recycle.bin',
  'system volume information',
]);

/** Whether a file or folder is what systems, tools and unfinished downloads leave: never a class, never a photo. */
export function isJunk(name: string): boolean {
  return (
    name.startsWith('.') ||
    junkNames.has(name.toLowerCase()) ||
    /\.(part|part\.json|partial|crdownload)$/i.test(name)
  );
}

/** Whether a name has the extension of a picture, in any case. */
export function hasPictureExtension(name: string): boolean {
  return Object.hasOwn(kinds, path.extname(name).toLowerCase());
}

/** Whether the extension promises the kind of picture that the bytes are. */
export function extensionFits(name: string, kind: PictureKind): boolean {
  return kinds[path.extname(name).toLowerCase()]?.includes(kind) ?? false;
}

/** Compares by Unicode code point, as Python compares strings: the same on every platform and in every language. */
export function byCodePoint(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [left, right] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (left !== right) return inCodePoints(left) - inCodePoints(right);
  }
  return a.length - b.length;
}

/** Halves of the code points above U+FFFF come after all others. */
function inCodePoints(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

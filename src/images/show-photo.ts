import path from 'node:path';
import sharp from 'sharp';
import { checkInteger, checkKeys, shownLine } from '../check';
import { displayBundle } from '../notebook/display';
import { decodePhoto } from './decode-photo';

/** The options of `showPhoto`. */
export interface ShowPhotoOptions {
  /** A larger photo is shown with at most so many pixels per side. @default 160 */
  size?: number;
}

/**
 * Shows one photo below the cell.
 *
 * @param photo a path, or the bytes of a picture file.
 * @param options `size`: at most so many pixels per side (160).
 * @throws `UnreadablePhoto`.
 * @example
 * ```ts
 * import { showPhoto } from 'little-data';
 *
 * await showPhoto('photo.jpg', { size: 64 });
 * ```
 */
export async function showPhoto(photo: string | Uint8Array, options: ShowPhotoOptions = {}): Promise<void> {
  checkKeys('showPhoto', options, ['size']);
  const { size = 160 } = options;
  checkInteger('size', size, { min: 8, max: 4096 });
  const { data, height, width } = await decodePhoto(photo);
  const bytes = await sharp(data, { raw: { width, height, channels: 3 } })
    .resize(size, size, { fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality: 80 })
    .toBuffer();
  const name = typeof photo === 'string' ? path.basename(photo) : 'photo';
  displayBundle({ 'image/jpeg': bytes.toString('base64'), 'text/plain': shownLine(`Photo: ${name}`) });
}

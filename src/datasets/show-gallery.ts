/** A small gallery of the photos of each class, shown below the cell. */
import path from 'node:path';
import sharp from 'sharp';
import { checkInteger, checkKeys, shownLine } from '../check';
import { decodePhoto, UnreadablePhoto } from '../images/decode-photo';
import { displayBundle } from '../notebook/display';
import { shownPath } from '../paths';
import { byGroup, fileOf } from './dataset';
import { readDataset } from './read-dataset';

/**
 * Shows a strip of photos of each class: evenly chosen, cut square; their names stand above it.
 *
 * @param dir a folder of photos in any layout, or a zip, as for `scanPhotos`.
 * @param options `perClass`: photos per class, default 6; `size`: pixels per side, default 96.
 * @throws LittleDataError where there is no photo.
 * @example
 * ```ts
 * import { showGallery } from 'little-data';
 *
 * await showGallery('flowers', { perClass: 3 });
 * ```
 */
export async function showGallery(
  dir: string,
  options: { perClass?: number; size?: number } = {},
): Promise<void> {
  checkKeys('showGallery', options, ['perClass', 'size']);
  const { perClass = 6, size = 96 } = options;
  checkInteger('perClass', perClass, { min: 1 });
  checkInteger('size', size, { min: 8, max: 4096 });
  const dataset = await readDataset(dir);
  for (const [group, own] of byGroup(dataset)) {
    const chosen = evenly(own, perClass).map((photo) => fileOf(dataset, photo));
    const pictures = await Promise.all(chosen.map((file) => square(file, size)));
    const shown = chosen.filter((_, i) => pictures[i]);
    const names = shown.map((file) => path.basename(file)).join(', ');
    const title = group || 'no class';
    const { dir: place, layout } = dataset.metadata;
    const shownPlace = shownPath(layout === 'class folders' ? path.join(place, group) : place);
    console.log(shownLine(`${title} (${own.length} photos in ${shownPlace}): ${names}`));
    if (shown.length === 0) continue;
    const strip = await stripOf(
      pictures.filter((picture) => picture !== null),
      size,
    );
    displayBundle({
      'image/jpeg': strip.toString('base64'),
      'text/plain': shownLine(`Photos of ${title}: ${names}`),
    });
  }
}

/**
 * Shows one photo below the cell.
 *
 * @param photo a path, or the bytes of a picture file.
 * @param options `size`: it is made smaller to at most so many pixels a side, default 160.
 * @throws `UnreadablePhoto`.
 * @example
 * ```ts
 * import { showPhoto } from 'little-data';
 *
 * await showPhoto('photo.jpg', { size: 64 });
 * ```
 */
export async function showPhoto(photo: string | Uint8Array, options: { size?: number } = {}): Promise<void> {
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

function evenly<T>(all: readonly T[], count: number): T[] {
  const n = Math.min(count, all.length);
  return Array.from({ length: n }, (_, i) => all[Math.floor((i * all.length) / n)]!);
}

async function square(file: string, size: number): Promise<Buffer | null> {
  try {
    const { data, height, width } = await decodePhoto(file);
    return await sharp(data, { raw: { width, height, channels: 3 } })
      .resize(size, size, { fit: 'cover' })
      .png()
      .toBuffer();
  } catch (error) {
    if (error instanceof UnreadablePhoto) return null;
    throw error;
  }
}

function stripOf(pictures: readonly Buffer[], size: number): Promise<Buffer> {
  const step = size + 4;
  return sharp({
    create: { width: pictures.length * step - 4, height: size, channels: 3, background: '#fff' },
  })
    .composite(pictures.map((input, i) => ({ input, left: i * step, top: 0 })))
    .jpeg({ quality: 80 })
    .toBuffer();
}

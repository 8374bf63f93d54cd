/** A small gallery of the photos of each class, shown below the cell. */
import path from 'node:path';
import { checkInteger, checkKeys, shownLine } from '../check';
import { photoStrip } from '../images/photo-strip';
import { displayBundle } from '../notebook/display';
import { evenly } from '../notebook/evenly';
import { shownPath } from '../paths';
import { byGroup, fileOf } from './dataset';
import { readDataset } from './read-dataset';

/** The options of `showGallery`. */
export interface GalleryOptions {
  /** Photos per class. @default 6 */
  perClass?: number;
  /** Pixels per side of each photo. @default 96 */
  size?: number;
}

/**
 * Shows a strip of photos of each class: evenly chosen, cut square; their names stand above it.
 *
 * @param dir a folder of photos in any layout, or a zip, as for `scanPhotos`.
 * @param options `perClass`: photos per class (6); `size`: pixels per side (96).
 * @throws LittleDataError where there is no photo.
 * @example
 * ```ts
 * import { showGallery } from 'little-data';
 *
 * await showGallery('flowers', { perClass: 3 });
 * ```
 */
export async function showGallery(dir: string, options: GalleryOptions = {}): Promise<void> {
  checkKeys('showGallery', options, ['perClass', 'size']);
  const { perClass = 6, size = 96 } = options;
  checkInteger('perClass', perClass, { min: 1 });
  checkInteger('size', size, { min: 8, max: 4096 });
  const dataset = await readDataset(dir);
  for (const [group, own] of byGroup(dataset)) {
    const chosen = evenly(own, perClass).map((photo) => fileOf(dataset, photo));
    const { jpeg, shown } = await photoStrip(chosen, size);
    const names = shown.map((file) => path.basename(file)).join(', ');
    const title = group || 'no class';
    const { dir: place, layout } = dataset.metadata;
    const shownPlace = shownPath(layout === 'class folders' ? path.join(place, group) : place);
    console.log(shownLine(`${title} (${own.length} photos in ${shownPlace}): ${names}`));
    if (!jpeg) continue;
    displayBundle({
      'image/jpeg': jpeg.toString('base64'),
      'text/plain': shownLine(`Photos of ${title}: ${names}`),
    });
  }
}

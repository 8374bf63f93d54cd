/** A photo as the small square picture of a table or gallery. */
import sharp from 'sharp';
import { decodePhoto, UnreadablePhoto } from './decode-photo';

/** Tried in turn until the picture is small enough: JPEG quality, and the fraction of the size. */
const attempts: readonly (readonly [quality: number, fraction: number])[] = [
  [80, 1],
  [60, 1],
  [40, 1],
  [40, 0.5],
  [20, 0.25],
];

/**
 * The middle of a photo, upright, as a square JPEG.
 *
 * @param photo its path.
 * @param options `size`: pixels per side; `maxBytes`: a picture that would be larger gets a lower quality, then a smaller side.
 * @returns the bytes; `null` where the photo can't be read (any more), or no picture is that small.
 */
export async function smallPicture(
  photo: string,
  { size, maxBytes = Number.POSITIVE_INFINITY }: { size: number; maxBytes?: number },
): Promise<Buffer | null> {
  try {
    const { data, height, width } = await decodePhoto(photo);
    for (const [quality, fraction] of attempts) {
      const side = Math.max(1, Math.round(size * fraction));
      const bytes = await sharp(data, { raw: { width, height, channels: 3 } })
        .resize(side, side, { fit: 'cover' })
        .jpeg({ quality })
        .toBuffer();
      if (bytes.length <= maxBytes) return bytes;
    }
    return null;
  } catch (error) {
    // A photo given as bytes has no file, and one may be gone since: its place stays, in words.
    if (error instanceof UnreadablePhoto) return null;
    throw error;
  }
}

/** A photo's pixels in the forms in which two photos are compared. */
import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { decodePhoto, UnreadablePhoto } from '../../images/decode-photo';
import { type ComparedPicture, comparedPicture, greySide } from '../../numerics/picture-correlation';

/** What is kept of a photo. */
export interface ComparedPhoto extends ComparedPicture {
  /** SHA-256 of its size and pixels, upright. */
  pixels: string;
}

/** Reads a photo; `null` where it can't be read. */
export async function comparedPhoto(file: string): Promise<ComparedPhoto | null> {
  try {
    const { data, height, width } = await decodePhoto(file);
    const grey = await sharp(data, { raw: { width, height, channels: 3 } })
      .resize(greySide, greySide, { fit: 'fill' })
      .greyscale()
      .raw()
      .toBuffer();
    const pixels = createHash('sha256').update(`${height} x ${width}`).update(data).digest('hex');
    return { pixels, ...comparedPicture(grey) };
  } catch (error) {
    if (error instanceof UnreadablePhoto) return null;
    throw error;
  }
}

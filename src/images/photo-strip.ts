/** Photos side by side in one picture. */
import sharp from 'sharp';
import { decodePhoto, UnreadablePhoto } from './decode-photo';

/**
 * A strip of photos, each cut square.
 *
 * @param files the photos' paths.
 * @param size pixels per side of each square.
 * @returns the strip as a JPEG, `null` where no photo can be read; and which photos are in it.
 */
export async function photoStrip(
  files: readonly string[],
  size: number,
): Promise<{ jpeg: Buffer | null; shown: string[] }> {
  const pictures = await Promise.all(files.map((file) => square(file, size)));
  const read = pictures.filter((picture) => picture !== null);
  const shown = files.filter((_, i) => pictures[i]);
  return { jpeg: read.length > 0 ? await stripOf(read, size) : null, shown };
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

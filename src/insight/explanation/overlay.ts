/** Heat over the part of a photo that a network sees. */
import sharp from 'sharp';
import { type Resizing, resizePhoto } from '../../images/resize-photo';

/** Pixels of the longer side. */
const side = 320;

/** From no heat (the photo darkened) over red and yellow to white. Red, green, blue, 0..255. */
const colours = [
  [0, 0, 40],
  [120, 20, 110],
  [230, 70, 40],
  [255, 200, 40],
  [255, 255, 220],
] as const;

/**
 * The part of the photo that the network sees, with the heat in colours over it.
 *
 * @param picture uint8 RGB `[height * width * 3]`.
 * @param options `heat`: rows of 0..1; `resizing`: how the photo is cropped.
 * @returns a JPEG of 320 pixels.
 */
export async function overlayJpeg(
  picture: { data: Uint8Array; height: number; width: number },
  { heat, resizing }: { heat: readonly (readonly number[])[]; resizing: Resizing },
): Promise<Uint8Array> {
  const [toHeight, toWidth] = resizing.targetSize;
  const scale = side / Math.max(toHeight, toWidth);
  const [height, width] = [Math.round(toHeight * scale), Math.round(toWidth * scale)];
  const photo = resizePhoto(picture, { ...resizing, targetSize: [height, width], interpolation: 'bilinear' });
  const grey = Uint8Array.from(heat.flat(), (value) => Math.round(255 * value));
  const { data } = await sharp(grey, { raw: { width: heat[0]!.length, height: heat.length, channels: 1 } })
    .resize(width, height, { fit: 'fill', kernel: 'cubic' })
    .toColourspace('b-w')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const mixed = photo.map((value, i) =>
    Math.round(0.5 * value + 0.5 * colourOf(data[Math.floor(i / 3)]! / 255, i % 3)),
  );
  return sharp(mixed, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 80 })
    .toBuffer();
}

function colourOf(value: number, channel: number): number {
  const at = value * (colours.length - 1);
  const [from, to] = [Math.floor(at), Math.ceil(at)];
  return colours[from]![channel]! + (at - from) * (colours[to]![channel]! - colours[from]![channel]!);
}

/** Decodes one photo whole: the bytes of a file, in any of the formats people have, to RGB. */
import os from 'node:os';
import sharp from 'sharp';
import { checkInteger, checkKeys, checkOneOf } from '../check';
import { resolvePath } from '../paths';
import { Budget } from './budget';
import { cmykToRgb } from './cmyk-to-rgb';
import { decodeBmp } from './decode-bmp';
import { gifFrame, showHidden } from './gif-frame';
import { grey16ToRgb } from './grey16';
import { isHarmless, jpegFrame, jpegScans, withKnownRevision } from './jpeg-frame';
import { type PictureKind, pictureKind } from './picture-kind';
import { withExifFirst } from './png-exif';
import { notAPicture, readPhotoFile } from './read-photo-file';
import { checkTiff, tiffHeader, withKnownOrientation } from './tiff-header';
import { checkSize, cutShort, UnreadablePhoto, Unusable } from './unreadable-photo';

export type { PictureKind } from './picture-kind';
export { UnreadablePhoto } from './unreadable-photo';

/** A decoded photo. */
export interface Picture {
  /** RGB, 0 to 255, row by row from the top: height * width * 3 bytes. */
  data: Uint8Array;
  height: number;
  width: number;
  /** The format, found from the bytes. */
  kind: PictureKind;
}

/** What to do with the EXIF orientation, which says how the camera was held. */
export type ExifOrientation = 'apply' | 'ignore';

/**
 * Reads and decodes one photo whole. The pixels are those of Pillow's `convert('RGB')`, which Keras uses: greys become
 * three equal channels, transparency is left out (the colour under it shows), embedded colour profiles are not applied,
 * and of animations the first frame is taken. Where it differs: of greys that use all 16 bits the upper 8 are taken (Pillow cuts
 * all above 255 to white), greys of 9 to 12 bits are refused, AVIF in 4:2:0 by up to a few levels, and a damaged file is refused where Pillow fills in.
 *
 * @param photo a path, or the bytes of a file (not changed).
 * @param options
 * - `exifOrientation`: `'apply'` turns the photo upright by its EXIF orientation; `'ignore'` leaves it as it is stored,
 *   as Keras does. A TIFF's is always applied, and AVIF's own turning too. @default 'apply'
 * - `maxPixels`: a larger picture (height * width) is refused. @default 200 million. So is one with a side over 65,535 pixels,
 *   and a JPEG of more than 50 scans: they take long to decode, however few bytes they have.
 * - `maxSeconds`: a picture that takes longer to decode is refused. @default 10
 * @returns uint8 RGB, height * width * 3, with `kind`.
 * @throws {UnreadablePhoto} for every photo that can't be used, with its `file` and a `reason`.
 *
 * As many calls may be made at once as one likes: a few photos, of at most 64 million pixels together (or one larger one),
 * are in memory at the same time, the others wait.
 */
export async function decodePhoto(
  photo: string | Uint8Array,
  options: { exifOrientation?: ExifOrientation; maxPixels?: number; maxSeconds?: number } = {},
): Promise<Picture> {
  checkKeys('decodePhoto()', options, ['exifOrientation', 'maxPixels', 'maxSeconds']);
  const { exifOrientation = 'apply', maxPixels = 200e6, maxSeconds = 10 } = options;
  checkOneOf('exifOrientation', exifOrientation, ['apply', 'ignore']);
  checkInteger('maxPixels', maxPixels, { min: 1 });
  checkInteger('maxSeconds', maxSeconds, { min: 1, max: 3600 });
  try {
    const wanted = { exifOrientation, maxPixels, maxSeconds };
    if (typeof photo !== 'string') return await decode(photo, wanted);
    return await open.run(1, async () => decode(await readPhotoFile(resolvePath(photo, 'photo')), wanted));
  } catch (error) {
    if (!(error instanceof Unusable)) throw error;
    throw new UnreadablePhoto(typeof photo === 'string' ? photo : 'the given bytes', error);
  }
}

// Each photo is opened once: a cache would only hold memory.
sharp.cache(false);

interface Wanted {
  exifOrientation: ExifOrientation;
  maxPixels: number;
  maxSeconds: number;
}

/** Files open or in memory at the same time: more than there are threads would bring nothing. */
const open = new Budget(Math.max(4, os.availableParallelism()));

/** Pixels being decoded at the same time. */
const inFlight = new Budget(64e6);

async function decode(bytes: Uint8Array, wanted: Wanted): Promise<Picture> {
  if (bytes.length === 0) throw new Unusable('empty file');
  const kind = pictureKind(bytes);
  if (kind === undefined) throw notAPicture(bytes);
  if (kind === 'bmp') return { ...decodeBmp(bytes, wanted), kind };
  if (kind === 'jpeg') checkScans(bytes);
  const known = prepared(bytes, kind, wanted);
  const shape = await readShape(known, kind, wanted);
  checkSize(shape.height, shape.width, wanted);
  const task = { kind, isCmyk: shape.isCmyk, isGrey16: shape.isGrey16, ...wanted };
  try {
    return await inFlight.run(shape.height * shape.width, () => decodeWith(known, task, failOn(kind)));
  } catch (error) {
    if (error instanceof Unusable) throw error;
    if (isTimeout(error)) throw unusable(known, kind, error);
    // The decoder's messages are shared by all that runs at the same time: alone, they are about this photo.
    return inFlight.alone(() => decodeAgain(known, task));
  }
}

/** The bytes with what decoders take amiss put right. @throws {Unusable} for what they read as other pixels. */
function prepared(bytes: Uint8Array, kind: PictureKind, wanted: Wanted): Uint8Array {
  if (kind === 'jpeg') return withKnownRevision(bytes);
  if (kind === 'png') return withExifFirst(bytes);
  const header = kind === 'tiff' ? tiffHeader(bytes) : undefined;
  if (!header) return bytes;
  checkSize(header.height, header.width, wanted);
  checkTiff(header);
  return withKnownOrientation(bytes, header);
}

/** A file of 407 KB with 90 scans took 9 seconds. */
const mostScans = 50;

function checkScans(bytes: Uint8Array): void {
  if (jpegScans(bytes, { most: mostScans }) <= mostScans) return;
  throw new Unusable(
    `a JPEG of more than ${mostScans} scans, which takes long to decode`,
    'Leave it out, or save it again as JPEG.',
  );
}

interface Shape {
  height: number;
  width: number;
  isCmyk: boolean;
  isGrey16: boolean;
}

async function readShape(bytes: Uint8Array, kind: PictureKind, { maxPixels }: Wanted): Promise<Shape> {
  const frame = kind === 'jpeg' ? jpegFrame(bytes) : undefined;
  if (frame)
    return { height: frame.height, width: frame.width, isCmyk: frame.components === 4, isGrey16: false };
  const metadata = () => sharp(bytes, { failOn: 'none', limitInputPixels: false }).metadata();
  const found = await inFlight
    .run(1, metadata)
    .catch(() => inFlight.alone(metadata))
    .catch((error: Error) => {
      throw unusable(bytes, kind, error);
    });
  checkSize(found.height, found.width, { maxPixels });
  return {
    height: found.height,
    width: found.width,
    isCmyk: found.space === 'cmyk' && found.depth === 'uchar',
    isGrey16: found.space === 'grey16' && found.depth === 'ushort',
  };
}

interface Task extends Wanted {
  kind: PictureKind;
  isCmyk: boolean;
  isGrey16: boolean;
}

type FailOn = 'truncated' | 'error' | 'warning';

/** A JPEG's lost pixels are only a warning to its decoder; to the others warnings are oddities of the metadata. */
function failOn(kind: PictureKind): FailOn {
  return kind === 'jpeg' ? 'warning' : 'error';
}

async function decodeWith(
  bytes: Uint8Array,
  task: Task,
  level: FailOn,
  onWarning?: (text: string) => void,
): Promise<Picture> {
  const { isCmyk, isGrey16, kind } = task;
  const picture = sharp(bytes, {
    failOn: level,
    limitInputPixels: task.maxPixels,
    ignoreIcc: true,
    autoOrient: task.exifOrientation === 'apply' || kind === 'tiff',
  });
  if (onWarning) picture.on('warning', onWarning);
  if (isCmyk) picture.pipelineColourspace('cmyk').toColourspace('cmyk');
  else if (isGrey16) picture.toColourspace('grey16');
  else picture.toColourspace('srgb');
  if (kind !== 'gif') picture.removeAlpha();
  picture.timeout({ seconds: task.maxSeconds });
  const { data, info } = await picture
    .raw(isGrey16 ? { depth: 'ushort' } : undefined)
    .toBuffer({ resolveWithObject: true });
  const { height, width } = info;
  let rgb: Uint8Array = data;
  if (isCmyk) rgb = cmykToRgb(data);
  else if (isGrey16 && info.channels === 1) rgb = grey16ToRgb(new Uint16Array(Uint8Array.from(data).buffer));
  else if (kind === 'gif') {
    const frame = gifFrame(bytes);
    if (frame && !frame.isWhole) throw new Unusable(cutShort);
    // The decoder takes the first frame's size where the screen has over 2048 pixels per side.
    if (frame && (frame.screen[0] !== height || frame.screen[1] !== width))
      throw new Unusable('a GIF whose first picture is smaller than its screen, which is not read here');
    rgb = showHidden({ data, height, width }, frame);
  }
  if (rgb.length !== height * width * 3)
    throw new Unusable(`a ${info.channels}-channel ${kind} that is not read here`);
  return { data: rgb, height, width, kind };
}

/** A second look at a photo that failed, while no other is decoded: for the reason, or to accept harmless oddities. */
async function decodeAgain(bytes: Uint8Array, task: Task): Promise<Picture> {
  const complaints: string[] = [];
  const onWarning = (text: string) => complaints.push(text);
  try {
    return await decodeWith(bytes, task, failOn(task.kind), onWarning);
  } catch (error) {
    const { message } = error as Error;
    if (task.kind !== 'jpeg' || !isHarmless([message])) throw unusable(bytes, task.kind, error, complaints);
  }
  complaints.length = 0;
  try {
    const picture = await decodeWith(bytes, task, 'truncated', onWarning);
    if (isHarmless(complaints)) return picture;
  } catch (error) {
    throw unusable(bytes, task.kind, error);
  }
  throw new Unusable(damaged);
}

/** The reason for a picture over `maxSeconds`. */
export const tooSlow = 'a picture that takes too long to decode';

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('timeout: ');
}

const damaged = 'damaged: parts of the picture are lost';

function unusable(bytes: Uint8Array, kind: PictureKind, error: unknown, complaints: string[] = []): Error {
  if (error instanceof Unusable) return error;
  if (kind === 'heic')
    return new Unusable(
      'a HEIC picture, not read here: save it as JPEG first',
      'Save it as JPEG first (on an iPhone: Settings > Camera > Formats > Most Compatible), or leave it out.',
    );
  if (kind === 'avif' && Buffer.from(bytes.subarray(8, 12)).toString('latin1') === 'avis')
    return new Unusable(
      'an animated AVIF, which is not read here',
      'Save its first picture as PNG or JPEG, or leave it out.',
    );
  const said = [(error as Error).message, ...complaints].join('\n');
  if (isTimeout(error)) return new Unusable(tooSlow, 'Leave it out, or save it again as PNG or JPEG.');
  if (isCutWebp(bytes, kind) || cut.test(said)) return new Unusable(cutShort);
  if (/corrupt header/.test(said)) return new Unusable(`a ${kind} header without a picture that can be read`);
  return new Unusable(damaged);
}

const cut = /premature end of JPEG|end of file|end of GIF|not enough data|got \d+ bytes, expected|truncated/i;

/** Its decoder says no more than that it can't; its header says how long the file should be. */
function isCutWebp(bytes: Uint8Array, kind: PictureKind): boolean {
  if (kind !== 'webp') return false;
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(4, true) + 8 > bytes.length;
}

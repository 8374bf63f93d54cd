/** Draws the committed sample: a folder of cats and dogs in the flat layout of Kaggle's photos. */
import fs from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { checkInteger, checkKeys, problem } from '../../src/check';
import { writeWhole } from '../../src/files/atomic';
import { type Random, seededRandom } from '../../src/random';
import type { Kind } from './drawing/coat';
import { drawAnimal } from './drawing/picture';

const kinds: Kind[] = ['cat', 'dog'];

/** Options of `drawSample`. */
export interface SampleOptions {
  /** Pictures per class in the train range. @default 100 */
  train?: number;
  /** Pictures per class in the validation range. @default 40 */
  validation?: number;
  /** Another seed gives other pictures. @default 1 */
  seed?: number;
  /** Called after each picture with how many are done and how many there will be. */
  onPicture?: (done: number, total: number) => void;
}

/**
 * Draws cats and dogs into `<dir>/train/`: `cat.0.jpg`, `dog.0.jpg`, ... The pictures are 200 to 320 pixels wide and high
 * and vary in pose, coat, size, light, background and noise. The same options give the same bytes.
 *
 * @returns how many pictures were written. Pictures that exist with the right bytes are not written again.
 * @throws LittleDataError where a file exists with other bytes. It is never overwritten.
 */
export async function drawSample(dir: string, options: SampleOptions = {}): Promise<number> {
  checkKeys('drawSample', options, ['train', 'validation', 'seed', 'onPicture']);
  const { train = 100, validation = 40, seed = 1, onPicture } = options;
  checkInteger('train', train, { min: 1 });
  checkInteger('validation', validation, { min: 0 });
  checkInteger('seed', seed);
  const total = kinds.length * (train + validation);
  let [done, written] = [0, 0];
  for (let index = 0; index < train + validation; index++)
    for (const kind of kinds) {
      const file = path.join(dir, 'train', `${kind}.${index}.jpg`);
      if (write(file, await drawPicture(kind, { seed, index }))) written++;
      onPicture?.(++done, total);
    }
  return written;
}

/** The JPEG file of the picture `index` of a class. */
export async function drawPicture(
  kind: Kind,
  { seed = 1, index }: { seed?: number; index: number },
): Promise<Buffer> {
  const random = seededRandom(seed, kinds.indexOf(kind), index);
  const svg = drawAnimal(kind, random);
  const blur = random();
  let picture = sharp(Buffer.from(svg)).flatten().toColourspace('srgb');
  if (blur < 0.15) picture = picture.blur(0.5 + blur * 6);
  const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true });
  addGrain(data, random() ** 2 * 24, random);
  const { width, height } = info;
  return sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 60 + Math.floor(random() * 35) })
    .toBuffer();
}

/** Writes `bytes` to a new file; false where the file holds them already. */
function write(file: string, bytes: Buffer): boolean {
  if (fs.existsSync(file)) {
    if (fs.readFileSync(file).equals(bytes)) return false;
    throw problem({
      where: file,
      expected: 'a new file, or the drawing of the same seed',
      found: 'a file with other content',
      next: 'It was not changed. Name an empty folder, or move the file elsewhere.',
    });
  }
  writeWhole(file, (descriptor) => fs.writeFileSync(descriptor, bytes));
  return true;
}

/** Adds noise of this spread (of 255) to all three channels of a pixel. */
function addGrain(data: Uint8Array, spread: number, random: Random): void {
  for (let i = 0; i < data.length; i += 3) {
    const more = (random() + random() - 1) * spread;
    for (let channel = i; channel < i + 3; channel++)
      data[channel] = Math.min(Math.max(data[channel]! + more, 0), 255);
  }
}

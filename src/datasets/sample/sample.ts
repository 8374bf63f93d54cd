/** The embedded sample: a folder of drawn cats and dogs, laid out as Kaggle's photos are. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { checkInteger, checkKeys } from '../../check';
import { writeWhole } from '../../files/atomic';
import { InterruptedError, interruptible } from '../../notebook/interrupt';
import { diskFault } from '../../paths';
import { type Random, seededRandom } from '../../random';
import type { Kind } from './drawing/coat';
import { drawAnimal } from './drawing/picture';
import { ownDrawings, type SampleRecord, version, writeSampleRecord } from './sample-record';

const kinds: Kind[] = ['cat', 'dog'];

/** See `drawSample`. */
export interface SampleOptions {
  train?: number;
  validation?: number;
  seed?: number;
  onPicture?: (done: number, total: number) => void;
}

/**
 * Draws a small data set of cats and dogs: `<dir>/train/cat.0.jpg`, ..., the first `train` of each kind for training
 * and `validation` more for validation. 200 to 320 pixels a side, varied in pose, coat, size, light, background and
 * noise. The same options give the same pictures; a folder that holds them already is left as it is. With another seed, its
 * drawings are replaced: those that are as they were drawn, as `<dir>/sample.json` tells.
 *
 * @param dir the folder; it is made. A `train` in it with anything that this function did not draw is refused.
 * @param options `train`: pictures a kind, default 100; `validation`: pictures a kind, default 40; `seed`: default 1;
 *   `onPicture`: called after each picture with how many are done and how many there will be.
 * @throws LittleDataError for such a folder, or a disk that is full; `InterruptedError` after Kernel > Interrupt.
 * @returns the folder, and how many pictures were drawn now.
 */
export async function drawSample(
  dir: string,
  options: SampleOptions = {},
): Promise<{ dir: string; drawn: number }> {
  checkKeys('drawSample', options, ['train', 'validation', 'seed', 'onPicture']);
  const { train = 100, validation = 40, seed = 1, onPicture } = options;
  checkInteger('train', train, { min: 1 });
  checkInteger('validation', validation, { min: 0 });
  checkInteger('seed', seed);
  try {
    return await interruptible((interrupted) =>
      drawAll(dir, { train, validation, seed, onPicture }, interrupted),
    );
  } catch (error) {
    throw diskFault(error, {
      place: dir,
      what: `${kinds.length * (train + validation)} drawings`,
      next: 'No picture is half written; run it again, and it goes on where it stopped.',
    });
  }
}

async function drawAll(
  dir: string,
  {
    train,
    validation,
    seed,
    onPicture,
  }: Required<Pick<SampleOptions, 'train' | 'validation' | 'seed'>> & SampleOptions,
  interrupted: () => boolean,
): Promise<{ dir: string; drawn: number }> {
  const own = await ownDrawings(dir, { draw: drawPicture });
  const isSame = own.version === version && own.seed === seed;
  const record: SampleRecord = { version, seed, files: isSame ? own.files : {} };
  if (!isSame) for (const name of Object.keys(own.files)) fs.rmSync(path.join(dir, name));
  // The record comes first: a stop in the middle leaves a folder that the next call knows as its own.
  writeSampleRecord(dir, record);
  const total = kinds.length * (train + validation);
  let [done, drawn] = [0, 0];
  try {
    for (let index = 0; index < train + validation; index++) {
      for (const kind of kinds) {
        if (interrupted())
          throw new InterruptedError(
            `Interrupted after ${done} of ${total} drawings; they are kept. Run the cell again to go on from there.`,
          );
        const name = `train/${kind}.${index}.jpg`;
        if (record.files[name] === undefined) {
          const bytes = await drawPicture(kind, { seed, index });
          writeWhole(path.join(dir, name), (descriptor) => fs.writeFileSync(descriptor, bytes));
          record.files[name] = createHash('sha256').update(bytes).digest('hex');
          drawn++;
        }
        onPicture?.(++done, total);
      }
    }
  } finally {
    if (drawn > 0) writeSampleRecord(dir, record);
  }
  return { dir, drawn };
}

/** The JPEG file of the picture `index` of a kind. */
async function drawPicture(kind: Kind, { seed, index }: { seed: number; index: number }): Promise<Buffer> {
  const random = seededRandom(seed, kinds.indexOf(kind), index);
  const svg = drawAnimal(kind, random);
  const blur = random();
  let picture = sharp(Buffer.from(svg)).flatten().toColourspace('srgb');
  if (blur < 0.15) picture = picture.blur(0.5 + blur * 6);
  const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true });
  grain(data, random() ** 2 * 24, random);
  const { width, height } = info;
  return sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 60 + Math.floor(random() * 35) })
    .toBuffer();
}

/** Adds noise of this spread (of 255) to all three channels of a pixel. */
function grain(data: Uint8Array, spread: number, random: Random): void {
  for (let i = 0; i < data.length; i += 3) {
    const more = (random() + random() - 1) * spread;
    for (let channel = i; channel < i + 3; channel++)
      data[channel] = Math.min(Math.max(data[channel]! + more, 0), 255);
  }
}

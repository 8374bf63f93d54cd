/** Pictures that look like photos to a comparison, and copies of them, for tests. */
import fs from 'node:fs';
import path from 'node:path';
import type { Tensor } from '@tensorflow/tfjs-node';
import sharp from 'sharp';
import { decodePhoto } from '../../../src/images/decode-photo';
import { seededRandom } from '../../../src/random';
import { tf } from '../../../src/tensorflow';

/** Writes `count` smooth coloured pictures of 96 x 128, each another one, as PNG; returns their paths. */
export async function smoothPictures(dir: string, count: number, seed = 1): Promise<string[]> {
  fs.mkdirSync(dir, { recursive: true });
  const random = seededRandom(seed);
  return Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const data = Uint8Array.from({ length: 6 * 8 * 3 }, () => Math.floor(random() * 256));
      const file = path.join(dir, `${i}.png`);
      await sharp(data, { raw: { width: 8, height: 6, channels: 3 } })
        .resize(128, 96, { kernel: 'cubic' })
        .toFile(file);
      return file;
    }),
  );
}

/** Features of pictures: their colours at 6 x 6 places, float32 `[n, 108]`, or `[n, 2, 2, 27]` with `deep`. */
export async function colourFeatures(files: readonly string[], { deep = false } = {}): Promise<Tensor> {
  const rows = await Promise.all(
    files.map(async (file) => {
      const { data, width, height } = await decodePhoto(file);
      const small = await sharp(data, { raw: { width, height, channels: 3 } })
        .resize(6, 6, { fit: 'fill' })
        .raw()
        .toBuffer();
      return [...small];
    }),
  );
  return tf.tensor(rows.flat(), deep ? [files.length, 2, 2, 27] : [files.length, 108], 'float32');
}

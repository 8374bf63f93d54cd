/** EfficientNet-Lite0's pooled features of photos. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Tensor } from '@tensorflow/tfjs-node';
import { ImageDataGenerator } from '../../src/datasets/batches/image-data-generator';
import { predictGenerator } from '../../src/features/predict-generator';
import { EfficientNetLite0 } from '../../src/networks/efficientnet-lite';

/** The features of the class folders in `dir`, in the order of their names. */
export async function featuresIn(dir: string): Promise<Tensor> {
  const base = await EfficientNetLite0({ pooling: 'avg' });
  const { flow, generator } = base.recommended;
  const photos = new ImageDataGenerator(generator).flowFromDirectory(dir, {
    ...{ ...flow, batchSize: 16, classMode: null, shuffle: false, verbose: 0 },
  });
  const features = await predictGenerator(base, photos, { verbose: 0 });
  base.dispose();
  return features;
}

/** A folder with the photos `from` to `to` of cats and dogs, by their numbers, as class folders of links. */
export function realPhotos(from: number, to: number): string {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'little-data-real-'));
  for (const [kind, name] of Object.entries({ cat: 'cats', dog: 'dogs' })) {
    fs.mkdirSync(path.join(dir, name));
    for (let n = from; n <= to; n++) {
      const file = `${kind}.${n}.jpg`;
      fs.symlinkSync(path.resolve(process.env.LITTLE_DATA_PHOTOS!, file), path.join(dir, name, file));
    }
  }
  return dir;
}

/**
 * `npm run bench:first-head`: from a folder of 2 x 50 photos to a head and its accuracy on 2 x 20 others, nothing kept from before: the time
 * that a person waits in notebook 02. Prints seconds; the photos are those of `LITTLE_DATA_PHOTOS`.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {
  applications,
  evaluateHead,
  fitLinear,
  ImageDataGenerator,
  predictGenerator,
  splitDataset,
} from '../src';

const root = path.dirname(__dirname);
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'little-data-first-'));
process.env.LITTLE_DATA_DIR = path.join(scratch, 'data');

async function main(): Promise<void> {
  const photos = path.resolve(root, process.env.LITTLE_DATA_PHOTOS || '../shared/dogs-vs-cats/train');
  // Since the process was started.
  const seconds = () => (performance.now() / 1000).toFixed(1);
  const { trainDir, validationDir } = await splitDataset(photos, {
    ...{ train: [0, 49], validation: [50, 69], outDir: path.join(scratch, 'split'), verbose: 0 },
  });
  const base = await applications.EfficientNetLite0({ pooling: 'avg' });
  console.log(`${seconds()} s: package, TensorFlow and base loaded, photos split`);
  const datagen = new ImageDataGenerator(base.recommended.generator);
  const rowsOf = async (folder: string) => {
    const generator = datagen.flowFromDirectory(folder, {
      ...{ ...base.recommended.flow, classMode: null, shuffle: false, verbose: 0 },
    });
    return { features: await predictGenerator(base, generator, { verbose: 0 }), classes: generator.classes };
  };
  const [train, validation] = [await rowsOf(trainDir), await rowsOf(validationDir)];
  console.log(`${seconds()} s: features of ${train.classes.length} + ${validation.classes.length} photos`);
  const { model } = await fitLinear(train.features, train.classes);
  const { acc } = evaluateHead(model, validation.features, validation.classes);
  console.log(`${seconds()} s: head, ${(100 * acc).toFixed(1)}% right`);
}

main()
  .catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  })
  .finally(() => fs.rmSync(scratch, { recursive: true, force: true }));

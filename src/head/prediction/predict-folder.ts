/** What a trained head says of each photo of a folder. */
import fs from 'node:fs';
import path from 'node:path';
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import { checkInteger, checkKeys, LittleDataError, problem } from '../../check';
import type { DirectoryIterator } from '../../datasets/batches/directory-iterator';
import { ImageDataGenerator } from '../../datasets/batches/image-data-generator';
import { preprocessingByName } from '../../datasets/batches/preprocessing';
import { predictGenerator } from '../../features/predict-generator';
import { resolvePath, shownPath } from '../../paths';
import { type PhotoPrediction, type Predictor, predictionsIn, withPredictor } from './predictor';

/**
 * What a head says of each photo of a folder, without labels: photos in the folder itself and in folders within it, in the
 * order of their names. They are prepared exactly as those that the head was trained on. A file that can't be read
 * is named, with the reason, and left out. Features that the feature store holds are taken from there, so that a run which
 * was interrupted goes on where it stopped.
 *
 * @param dir the folder.
 * @param options `head`: from `trainHead` or `loadHead`, or the path of its `.h5` file; `base`: the network that makes
 *   the features, default VGG16 with the ImageNet weights, loaded once; `batchSize`: photos that go through it at once,
 *   default 16; `verbose`: 0 shows no progress bar, default 1.
 * @returns one answer a photo: its path, class, and every class's probability.
 * @throws where the folder or its photos are missing, the head or the base are not what belongs together, and
 *   `InterruptedError` after Kernel > Interrupt, within a batch.
 */
export async function predictFolder(
  dir: string,
  options: { head: LayersModel | string; base?: LayersModel; batchSize?: number; verbose?: number },
): Promise<PhotoPrediction[]> {
  checkKeys('predictFolder', options, ['head', 'base', 'batchSize', 'verbose']);
  const { head, base, batchSize = 16, verbose = 1 } = options;
  checkInteger('batchSize', batchSize, { min: 1 });
  const folder = resolvePath(dir, 'dir');
  checkFolder(folder);
  return withPredictor({ head, base }, async (predictor) => {
    const generator = photosOf(folder, { predictor, batchSize });
    const features = await predictGenerator(predictor.base, generator, {
      verbose,
      precision: predictor.recipe.precision,
    });
    const output = predictor.head.predict(features, { batchSize: 512 }) as Tensor;
    // Names begin with the folder's own: what comes after it is the place below `dir`.
    const own = path.basename(folder).length + 1;
    const photos = generator.filenames.map((name) => path.join(dir, name.slice(own)));
    const answers = predictionsIn(output, { photos, classIndices: predictor.classIndices });
    features.dispose();
    output.dispose();
    return answers;
  });
}

/** The folder read as if it were the one class of the folder above it: that asks for no class folders within. */
function photosOf(
  dir: string,
  { predictor: { recipe }, batchSize }: { predictor: Predictor; batchSize: number },
): DirectoryIterator {
  const { rescale, function: name } = recipe.preprocessing;
  const datagen = new ImageDataGenerator({
    rescale,
    preprocessingFunction: preprocessingByName(name),
    exifOrientation: recipe.exifOrientation,
  });
  try {
    return datagen.flowFromDirectory(path.dirname(dir), {
      classes: [path.basename(dir)],
      targetSize: recipe.targetSize,
      batchSize,
      classMode: null,
      shuffle: false,
      verbose: 0,
    });
  } catch (error) {
    throw error instanceof LittleDataError ? noPhotos(dir) : error;
  }
}

function checkFolder(dir: string): void {
  if (fs.statSync(dir, { throwIfNoEntry: false })?.isDirectory()) return;
  throw problem({
    where: shownPath(dir),
    expected: 'a folder of photos',
    found: fs.existsSync(dir) ? 'a file' : 'no such folder',
    next: 'Correct the path; for a single photo there is `predictPhoto`.',
  });
}

function noPhotos(dir: string): LittleDataError {
  const names = fs.readdirSync(dir);
  return problem({
    where: shownPath(dir),
    expected: 'photos in the folder or in folders within it',
    found:
      names.length === 0 ? 'an empty folder' : `${names.length} entries (${names.slice(0, 5).join(', ')})`,
    next: 'Put photos there, or pass another folder.',
  });
}

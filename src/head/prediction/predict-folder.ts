/** Predicts the class of each photo of a folder. */
import path from 'node:path';
import { checkInteger, checkKeys, shownLine } from '../../check';
import { PhotoBatches } from '../../datasets/batches/photo-batches';
import { preprocessingByName } from '../../datasets/batches/preprocessing';
import { fileOf } from '../../datasets/dataset';
import type { FolderContent, FoundLayout } from '../../datasets/layout-of';
import { readDataset } from '../../datasets/read-dataset';
import { featuresOf, runOf, startedOver } from '../../features/features-of';
import { resizingOf } from '../../features/provenance';
import { tf } from '../../tensorflow';
import type { PredictPhotoOptions } from './predict-photo';
import { type PhotoPrediction, predictionsOf, withPredictor } from './predictor';

/** The options of `predictFolder`. */
export interface PredictFolderOptions extends PredictPhotoOptions {
  /** Photos that go through the network at once. @default 16 */
  batchSize?: number;
  /** 0 shows no progress bar. @default 1 */
  verbose?: number;
}

/**
 * Predicts the class of each photo of a folder, without labels: of photos in the folder itself and in folders within it, in the
 * order of their names. They are prepared exactly as those that the head was trained on. A file that can't be read
 * is named, with the reason, and left out. Features that the feature store holds are taken from there, so that a run which
 * was interrupted resumes where it stopped.
 *
 * @param dir the folder, or the zip of one.
 * @param options `head`: the head, or the path of its `.h5` file; `base`: the network that makes the features; `batchSize` (16);
 *   `verbose` (1).
 * @returns one prediction per photo: its path, class, every class's probability, and `unsure` and `unlike` as `predictPhoto` has them.
 * @throws where the folder or its photos are missing, the head or the base are not what belongs together, and
 *   `InterruptedError` after Kernel > Interrupt, within a batch.
 * @example
 * ```ts
 * import { predictFolder } from 'little-data';
 * const [first] = await predictFolder('flowers', { head: 'head.h5' });
 * console.log(first);
 * ```
 */
export async function predictFolder(dir: string, options: PredictFolderOptions): Promise<PhotoPrediction[]> {
  checkKeys('predictFolder', options, ['head', 'base', 'batchSize', 'verbose']);
  const { head, base, batchSize = 16, verbose = 1 } = options;
  checkInteger('batchSize', batchSize, { min: 1 });
  const dataset = await readDataset(dir, { choose: anyPhotos });
  const files = dataset.photos.map((photo) => fileOf(dataset, photo));
  return withPredictor({ head, base }, async ({ recipe, ...predictor }) => {
    const photos = new PhotoBatches(files, {
      rescale: recipe.preprocessing.rescale,
      preprocessingFunction: preprocessingByName(recipe.preprocessing.function),
      exifOrientation: recipe.exifOrientation,
      ...resizingOf(recipe),
      batchSize,
    });
    const { precision } = recipe;
    const place = dataset.metadata.dir;
    const run = await runOf(predictor.base, photos, { place, precision, verbose, strict: false });
    const { features, leftOut } = await startedOver(run, featuresOf);
    for (const { at, reason } of leftOut)
      console.log(shownLine(`Left out: ${dataset.photos[at]!.filename} (${reason}).`));
    const isRead = (at: number) => leftOut.every((it) => it.at !== at);
    const read = dataset.photos.filter((_, at) => isRead(at));
    const start = dataset.metadata.zip ? place : dir;
    const predictions = predictionsOf(predictor, {
      ...{ features, photos: read.map(({ filename }) => path.join(start, filename)) },
    });
    tf.dispose(features);
    return predictions;
  });
}

/** All photos in the order of a sorted walk, whatever layout they have. */
function anyPhotos({ photos }: FolderContent): FoundLayout {
  return { layout: 'unlabelled', folder: '', classNames: [], photos: [], unlabelled: [...photos] };
}

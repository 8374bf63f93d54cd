/** The photos in two dimensions: those that look alike to the base lie together. */

import type { Tensor } from '@tensorflow/tfjs-node';
import { UMAP } from 'umap-js';
import { checkInteger, checkKeys, problem, show } from '../check';
import { classNamesOf } from '../head/classes';
import { labelledRows } from '../head/labelled-rows';
import type { Labels } from '../head/labels';
import { smallPicture } from '../images/small-picture';
import { displayName, type MimeBundle } from '../notebook/display';
import { breathe, InterruptedError, interruptible } from '../notebook/interrupt';
import { mapFiles } from '../notebook/map-files';
import { progressBar } from '../notebook/progress-bar';
import { principalComponents } from '../numerics/principal-components';
import type { Rows } from '../numerics/rows';
import { chartBundle } from '../plots/chart';
import { type MappedPhoto, type PlottedPhotoMap, plotPhotoMap, wrongFirst } from '../plots/plot-photo-map';
import { seededRandom } from '../random';
import { tensorflowReady } from '../tensorflow';
import { type EvaluatedPhoto, filesOf, isRight } from './evaluated-photo';

/** The options of `photoMap`. */
export interface PhotoMapOptions {
  /** Draws where the points begin. @default 1 */
  seed?: number;
  /** Of how many neighbours the distances are kept: few show small groups, many the whole. @default 15 */
  neighbours?: number;
  /** `evaluateHead(...).photos` of the same features: marks the wrong ones. @default none */
  predictions?: readonly EvaluatedPhoto[];
  /** So many photos get a small picture, the wrong ones first; 0 to 500. @default 200 */
  thumbnails?: number;
  /** 0 shows nothing, 1 the progress. @default 1 */
  verbose?: number;
}

/** What `photoMap` returns; a cell that ends in it shows it. */
export interface PhotoMap extends PlottedPhotoMap {
  points: MappedPhoto[];
  classNames: string[];
}

/** More directions say next to nothing more of photos, and UMAP takes longer. */
const components = 50;

/** All thumbnails together have so many bytes at most: with base64 and 5,000 points the notebook stays below 1 MB. */
const [thumbnailSize, thumbnailBytes] = [48, 220_000];

/** The picture for viewers that don't draw charts has at most so many points: each is an element. */
const mostInPicture = 800;

/**
 * Puts photos on a map: their pooled features in 50 principal components, and these in two dimensions by UMAP, so that photos
 * that look alike to the base lie together. Same seed, same map. A photo among those of another class is worth a look: its label may be
 * wrong. Distances between groups, and the axes, mean nothing. 5,000 photos take about a minute.
 *
 * @param features of four photos or more, float32 `[n, ...]`; 4-D ones are averaged over height and width first.
 * @param labels one integer per row.
 * @param options `seed` (1), `neighbours` (15), `predictions`, `thumbnails` (200), `verbose` (1).
 * @returns `points` (`x`, `y`, `file`, `trueClass`, `predictedClass`, `wrong`, `image`) in the order of the rows, and `classNames`;
 *   a cell that ends in it shows it, as `plotPhotoMap` draws it.
 * @throws LittleDataError where rows, labels and predictions do not fit each other; `InterruptedError`.
 *
 * Source: McInnes, Healy and Melville 2018, arXiv 1802.03426.
 * @example
 * ```ts
 * import { labelsOf, np, photoMap } from 'little-data';
 * const features = np.load('features.npy');
 * const { points } = await photoMap(features, labelsOf(features), { seed: 1 });
 * console.log(points[0]);
 * ```
 */
export async function photoMap(
  features: Tensor,
  labels: Labels,
  options: PhotoMapOptions = {},
): Promise<PhotoMap> {
  checkKeys('photoMap', options, ['seed', 'neighbours', 'predictions', 'thumbnails', 'verbose']);
  const { verbose = 1, predictions } = options;
  const seed = checkInteger('seed', options.seed ?? 1);
  const neighbours = checkInteger('neighbours', options.neighbours ?? 15, { min: 2, max: 200 });
  const thumbnails = checkInteger('thumbnails', options.thumbnails ?? 200, { min: 0, max: 500 });
  await tensorflowReady();
  const { rows, classes, classIndices } = labelledRows(features, labels, { name: 'mapped' });
  const n = checkInteger('the number of photos', rows.labels.length, { min: 4 });
  if (predictions !== undefined) checkPredictions(predictions, n);
  const classNames = classNamesOf(classes, classIndices);
  for (const [row, { trueClass }] of (predictions ?? []).entries()) classNames[rows.labels[row]!] = trueClass;
  const files = filesOf(features, labels);
  const places = await layoutOf(rows, { neighbours: Math.min(neighbours, n - 1), seed, verbose });
  const points = places.map(([x, y], row): MappedPhoto => {
    const predicted = predictions?.[row];
    return {
      ...{ row, x: x!, y: y!, ...(files && { file: files[row]! }) },
      trueClass: classNames[rows.labels[row]!]!,
      ...(predicted && { predictedClass: predicted.predictedClass, wrong: !isRight(predicted) }),
    };
  });
  await addThumbnails(points, thumbnails);
  return withChart({ points, classNames });
}

/** Two numbers for each row. */
async function layoutOf(
  rows: Rows,
  { neighbours, seed, verbose }: { neighbours: number; seed: number; verbose: number },
): Promise<number[][]> {
  const n = rows.labels.length;
  const width = Math.min(components, n - 1, rows.size);
  const { scores } = principalComponents(rows, { components: width });
  const umap = new UMAP({ nNeighbors: neighbours, random: seededRandom(seed) });
  const epochs = umap.initializeFit(
    Array.from({ length: n }, (_, row) => Array.from(scores.subarray(row * width, (row + 1) * width))),
  );
  const progress = verbose ? progressBar(epochs, { unit: 'epochs' }) : undefined;
  await interruptible(async (interrupted) => {
    for (let epoch = 1; epoch <= epochs; epoch++) {
      umap.step();
      progress?.update(epoch);
      await breathe();
      if (interrupted()) throw new InterruptedError('The map was interrupted. Run the cell again.');
    }
  });
  return umap.getEmbedding();
}

/** Gives `count` of the points that have a file a small picture each. */
async function addThumbnails(points: readonly MappedPhoto[], count: number): Promise<void> {
  const chosen = wrongFirst(
    points.filter(({ file }) => file !== undefined),
    count,
  );
  const maxBytes = Math.floor(thumbnailBytes / Math.max(1, chosen.length));
  const pictures = await mapFiles(
    chosen.map(({ file }) => file!),
    (file) => smallPicture(file, { size: thumbnailSize, maxBytes }),
    { verbose: 0, kept: 'Run the cell again.' },
  );
  for (const [i, picture] of pictures.entries())
    if (picture) chosen[i]!.image = `data:image/jpeg;base64,${picture.toString('base64')}`;
}

/** `map`, which a cell that ends in it shows as a chart. The property can't be enumerated. */
function withChart(map: PhotoMap): PhotoMap {
  return Object.defineProperty(map, displayName, { value: () => photoMapBundle(map) });
}

/** The chart as one output below 1 MB. */
export async function photoMapBundle(map: PhotoMap): Promise<MimeBundle> {
  const picture = plotPhotoMap(map, { mostPoints: mostInPicture });
  return {
    ...(await chartBundle(picture)),
    'application/vnd.vegalite.v5+json': plotPhotoMap(map),
  };
}

function checkPredictions(predictions: readonly EvaluatedPhoto[], n: number): void {
  const fits =
    Array.isArray(predictions) &&
    predictions.length === n &&
    predictions.every((photo, row) => photo?.row === row && typeof photo.trueClass === 'string');
  if (fits) return;
  throw problem({
    where: '`predictions`',
    expected: `one for each of ${n} rows, in their order`,
    found: Array.isArray(predictions) ? `${predictions.length} in a list` : show(predictions),
    next: 'Pass `evaluateHead(head, features, labels).photos` of the same features and labels.',
  });
}

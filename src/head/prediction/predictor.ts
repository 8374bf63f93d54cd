/** A head together with its base, and its output as class names and probabilities. */
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import { checkModel, problem, shownLine } from '../../check';
import { pooledRows } from '../../features/pooled-rows';
import type { FeatureRecipe } from '../../features/provenance';
import { sharedBase } from '../../networks/known-bases';
import { checkFiniteWeights, layerWeightsOf } from '../../networks/layer-weights';
import { modelDigest } from '../../networks/model-digest';
import { distancesTo } from '../../numerics/familiar-rows';
import { checkRecipe, headMetadata } from '../head-metadata';
import { loadHead } from '../load-head';
import { probabilitiesOf } from '../probabilities';

/** A head's prediction for one photo. */
export interface PhotoPrediction {
  /** The photo's path, or `'(bytes)'`. */
  photo: string;
  /** The class with the highest probability. */
  className: string;
  /** Its probability, 0..1. */
  probability: number;
  /** The probability of every class by name. They sum to 1. */
  probabilities: Record<string, number>;
  /** Whether the probability is below what the wanted accuracy asks for; only of a head that `calibrate` has seen. */
  unsure?: boolean;
  /** Whether the photo is unlike anything that the head was trained on; only of a head that `flagUnlike` has seen. */
  unlike?: boolean;
}

/** A head, its base, and how its photos are prepared. */
export interface Predictor {
  head: LayersModel;
  base: LayersModel;
  recipe: FeatureRecipe;
  classIndices: Record<string, number>;
}

/**
 * Runs `work` with a head and its base: `base`, or the one of the project that it was trained on, loaded once per process.
 * A head that is given as a path is loaded for the call and disposed after it.
 * @throws LittleDataError where the head has no metadata, or `base` makes other features.
 */
export async function withPredictor<T>(
  { head, base }: { head: LayersModel | string; base?: LayersModel },
  work: (predictor: Predictor) => Promise<T>,
): Promise<T> {
  if (base) checkModel('base', base);
  const loaded = typeof head === 'string' ? await loadHead(head) : checkModel('head', head);
  try {
    const { recipe, classIndices } = metadataOf(loaded, head);
    checkFiniteWeights(layerWeightsOf(loaded), 'the head');
    const network = base ?? (await sharedBase(recipe.model));
    checkInputSize(network, recipe);
    checkRecipe(recipe, { ...recipe, model: modelDigest(network) }, '`base`');
    return await work({ head: loaded, base: network, recipe, classIndices });
  } finally {
    if (typeof head === 'string') loaded.dispose();
  }
}

/** What a head says of features, one prediction per photo. */
export function predictionsOf(
  { head, classIndices }: Pick<Predictor, 'head' | 'classIndices'>,
  { features, photos }: { features: Tensor; photos: readonly string[] },
): PhotoPrediction[] {
  const { calibration, familiar } = headMetadata(head);
  const output = probabilitiesOf(head, features);
  const predictions = predictionsIn(output, { photos, classIndices });
  output.dispose();
  const distances = familiar && distancesTo(familiar, pooledRows(features, new Int32Array(photos.length)).x);
  return predictions.map((own, row) => ({
    ...own,
    ...(calibration && { unsure: own.probability < calibration.threshold }),
    ...(familiar && { unlike: distances![row]! > familiar.threshold }),
  }));
}

/** The predictions in a head's output `[n, 1]` (of class 1) or `[n, classes]`, one per photo. */
export function predictionsIn(
  output: Tensor,
  { photos, classIndices }: { photos: readonly string[]; classIndices: Record<string, number> },
): PhotoPrediction[] {
  const columns = output.shape[1]!;
  const values = output.dataSync();
  return photos.map((photo, row) => {
    const own = Array.from(values.subarray(row * columns, (row + 1) * columns));
    if (!own.every(Number.isFinite)) throw notFinite(photo);
    return prediction(photo, columns === 1 ? [1 - own[0]!, own[0]!] : own, classIndices);
  });
}

function prediction(
  photo: string,
  byLabel: readonly number[],
  classIndices: Record<string, number>,
): PhotoPrediction {
  const named = Object.entries(classIndices).map(([name, label]) => [name, byLabel[label]!] as const);
  const [className, probability] = named.reduce((best, entry) => (entry[1] > best[1] ? entry : best));
  return { photo, className, probability, probabilities: Object.fromEntries(named) };
}

function notFinite(photo: string): Error {
  return problem({
    where: shownLine(photo),
    expected: 'probabilities',
    found: 'NaN',
    next: 'The features of this photo are too large for the head. Check the preprocessing function and the base.',
  });
}

function metadataOf(head: LayersModel, given: LayersModel | string) {
  const { recipe, classIndices } = headMetadata(head);
  if (recipe && classIndices) return { recipe, classIndices };
  if (classIndices)
    throw problem({
      where: typeof given === 'string' ? given : '`head`',
      expected: 'a head that knows how its photos were prepared',
      found: 'one that was trained on features of a preprocessing function without a name',
      next: 'Name the function with `namePreprocessing`, make the features again, and train the head on them.',
    });
  throw problem({
    where: typeof given === 'string' ? given : '`head`',
    expected: 'a head that knows its classes and how its photos were prepared',
    found: 'a head without this metadata',
    next: 'Train it with trainHead on features from predictGenerator (or np.load of them), and save it with saveHead.',
  });
}

/** Names a wrong size of photos before the digests differ, which tell a reader less. */
function checkInputSize(base: LayersModel, { targetSize }: FeatureRecipe): void {
  const [, ...size] = base.inputs[0]!.shape as (number | null)[];
  if (targetSize.every((side, i) => size[i] === null || size[i] === side)) return;
  throw problem({
    where: '`base`',
    expected: `a network for photos of the \`targetSize\` the head was trained on, [${targetSize.join(', ')}]`,
    found: `a network for [${size.slice(0, 2).join(', ')}]`,
    next: 'Pass the network that made the features the head was trained on.',
  });
}

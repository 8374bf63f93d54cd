/** From a head's output to names and probabilities, and what belongs together for that. */
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import { problem } from '../../check';
import type { FeatureRecipe } from '../../features/provenance';
import { modelDigest } from '../../features/recipe';
import { VGG16 } from '../../networks/vgg16';
import { processState } from '../../state';
import { checkRecipe, headNotes } from '../notes';
import { loadHead } from '../save-head';

/** A head's answer for one photo. */
export interface PhotoPrediction {
  /** The photo's path, or `'(bytes)'`. */
  photo: string;
  /** The class with the highest probability. */
  className: string;
  /** Its probability, 0..1. */
  probability: number;
  /** Every class's probability by name; they sum to 1. */
  probabilities: Record<string, number>;
}

/** A head with the network that makes its features, and how photos are prepared for them. */
export interface Predictor {
  head: LayersModel;
  base: LayersModel;
  recipe: FeatureRecipe;
  classIndices: Record<string, number>;
}

/**
 * Runs `work` with a head (from `trainHead` or `loadHead`, or the path of its file, which is then freed again) and the
 * network it belongs to: `base`, or VGG16 with the ImageNet weights, loaded once a process.
 * @throws where the head doesn't know its classes or its features, or `base` makes other features.
 */
export async function withPredictor<T>(
  { head, base }: { head: LayersModel | string; base?: LayersModel },
  work: (predictor: Predictor) => Promise<T>,
): Promise<T> {
  const loaded = typeof head === 'string' ? await loadHead(head) : head;
  try {
    const { recipe, classIndices } = notesOf(loaded, head);
    const network = base ?? (await sharedVgg16());
    checkInputSize(network, recipe);
    checkRecipe(recipe, { ...recipe, model: modelDigest(network) }, '`base`');
    return await work({ head: loaded, base: network, recipe, classIndices });
  } finally {
    if (typeof head === 'string') loaded.dispose();
  }
}

/** The answers in a head's output `[n, 1]` (of class 1) or `[n, classes]`, one for each photo. */
export function answersIn(
  output: Tensor,
  { photos, classIndices }: { photos: readonly string[]; classIndices: Record<string, number> },
): PhotoPrediction[] {
  const columns = output.shape[1]!;
  const values = output.dataSync();
  return photos.map((photo, row) => {
    const own = Array.from(values.subarray(row * columns, (row + 1) * columns));
    return answer(photo, columns === 1 ? [1 - own[0]!, own[0]!] : own, classIndices);
  });
}

function answer(
  photo: string,
  byLabel: readonly number[],
  classIndices: Record<string, number>,
): PhotoPrediction {
  const named = Object.entries(classIndices).map(([name, label]) => [name, byLabel[label]!] as const);
  const [className, probability] = named.reduce((best, entry) => (entry[1] > best[1] ? entry : best));
  return { photo, className, probability, probabilities: Object.fromEntries(named) };
}

function notesOf(head: LayersModel, given: LayersModel | string) {
  const notes = headNotes(head);
  if (notes.recipe && notes.classIndices) return { recipe: notes.recipe, classIndices: notes.classIndices };
  throw problem({
    where: typeof given === 'string' ? given : '`head`',
    expected: 'a head that knows its classes and how its photos were prepared',
    found: 'one without these notes',
    next: 'Train it with trainHead on features from predictGenerator (or np.load of them), and save it with saveHead.',
  });
}

/** A network for one size of photo is named by that, before its digest would tell the same in a way nobody can read. */
function checkInputSize(base: LayersModel, { targetSize }: FeatureRecipe): void {
  const [, ...size] = base.inputs[0]!.shape as (number | null)[];
  if (targetSize.every((side, i) => size[i] === null || size[i] === side)) return;
  throw problem({
    where: '`base`',
    expected: `a network for photos of the \`targetSize\` the head was trained on, [${targetSize.join(', ')}]`,
    found: `one for [${size.slice(0, 2).join(', ')}]`,
    next: 'Pass the network that made the features the head was trained on.',
  });
}

/** One VGG16 a process, for heads that were trained on it. */
function sharedVgg16(): Promise<LayersModel> {
  const shared = processState<{ model?: Promise<LayersModel> }>('vgg16', () => ({}));
  shared.model ??= VGG16();
  return shared.model;
}

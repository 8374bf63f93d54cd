/** What a trained head says of single photos. */
import path from 'node:path';
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import { problem } from '../check';
import type { FeatureRecipe } from '../features/provenance';
import { modelDigest } from '../features/recipe';
import { VGG16 } from '../features/vgg16';
import { decodePhoto } from '../photos/decode';
import { preparePixels } from '../photos/prepare';
import { preprocessingByName } from '../photos/preprocessing';
import { resizeNearest } from '../photos/resize';
import { processState } from '../state';
import { tf } from '../tensorflow';
import { checkRecipe, headNotes } from './notes';
import { loadHead } from './save';

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

/**
 * What a head says of a photo; the photo is prepared exactly as those that the head was trained on.
 *
 * @param photo a path, or the bytes of a picture file.
 * @param options `head`: from `trainHead` or `loadHead`, or the path of its `.h5` file; `base`: the network that makes
 *   the features, default VGG16 with the ImageNet weights, loaded once.
 * @throws `UnreadablePhoto`, and where the head or the base are not what belongs together.
 */
export async function predictPhoto(
  photo: string | Uint8Array,
  { head, base }: { head: LayersModel | string; base?: LayersModel },
): Promise<PhotoPrediction> {
  const loaded = typeof head === 'string' ? await loadHead(head) : head;
  try {
    const { recipe, classIndices } = notesOf(loaded, head);
    const network = base ?? (await sharedVgg16());
    checkRecipe(recipe, { ...recipe, model: modelDigest(network) }, '`base`');
    const picture = await decodePhoto(photo, { exifOrientation: recipe.exifOrientation });
    const values = predict({
      network,
      head: loaded,
      recipe,
      pixels: resizeNearest(picture, recipe.targetSize),
    });
    return answer(typeof photo === 'string' ? path.normalize(photo) : '(bytes)', values, classIndices);
  } finally {
    if (typeof head === 'string') loaded.dispose();
  }
}

interface Work {
  network: LayersModel;
  head: LayersModel;
  recipe: FeatureRecipe;
  pixels: Uint8Array;
}

function predict({ network, head, recipe, pixels }: Work): Float32Array {
  const output = tf.tidy(() => {
    const x = preparePixels([pixels], {
      targetSize: recipe.targetSize,
      rescale: recipe.preprocessing.rescale,
      preprocessingFunction: preprocessingByName(recipe.preprocessing.function),
    });
    return head.predict(network.predict(x) as Tensor) as Tensor;
  });
  const values = output.dataSync() as Float32Array;
  output.dispose();
  return values;
}

function answer(photo: string, values: Float32Array, classIndices: Record<string, number>): PhotoPrediction {
  const p = values.length === 1 ? [1 - values[0]!, values[0]!] : [...values];
  const named = Object.entries(classIndices).map(([name, label]) => [name, p[label]!] as const);
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

/** One VGG16 a process, for heads that were trained on it. */
function sharedVgg16(): Promise<LayersModel> {
  const shared = processState<{ model?: Promise<LayersModel> }>('vgg16', () => ({}));
  shared.model ??= VGG16();
  return shared.model;
}

/** The photos on which a head is wrong and sure of it. */
import { checkInteger, checkKeys } from '../check';
import { type EvaluatedPhoto, type EvaluatedPhotos, isRight, photosOf } from './evaluated-photo';
import { withGallery } from './show-evaluated';

/** The options of `worstMistakes` and `mostUncertain`. */
export interface RankedPhotosOptions {
  /** At most so many photos. @default 12 */
  limit?: number;
}

/**
 * The wrong predictions, surest first: look here for wrong labels, and for what the train photos lack. A cell that ends in
 * the list shows the photos, as `showEvaluated` does; no other photo is read.
 *
 * @param evaluation what `evaluateHead` gave for a head, features and the labels of a generator with `shuffle: false`.
 * @param options `limit`: at most so many (12).
 * @returns plain data: `file`, `trueClass`, `predictedClass`, `probability` of the predicted class, `row`.
 * @throws LittleDataError where it is no evaluation.
 * @example
 * ```ts
 * import { evaluateHead, labelsOf, loadHead, np, worstMistakes } from 'little-data';
 * const features = np.load('features.npy');
 * const evaluation = evaluateHead(await loadHead('head.h5'), features, labelsOf(features));
 * for (const { file, probability } of worstMistakes(evaluation)) console.log(file, probability);
 * ```
 */
export function worstMistakes(
  evaluation: EvaluatedPhotos,
  options: RankedPhotosOptions = {},
): EvaluatedPhoto[] {
  checkKeys('worstMistakes', options, ['limit']);
  const limit = checkInteger('limit', options.limit ?? 12, { min: 1 });
  const wrong = photosOf(evaluation).filter((photo) => !isRight(photo));
  return withGallery(wrong.sort((a, b) => b.probability - a.probability).slice(0, limit));
}

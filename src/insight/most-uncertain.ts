/** The photos on which a head is least sure. */
import { checkInteger, checkKeys } from '../check';
import { type EvaluatedPhoto, type EvaluatedPhotos, photosOf } from './evaluated-photo';
import { withGallery } from './show-evaluated';
import type { RankedPhotosOptions } from './worst-mistakes';

/**
 * The photos whose predicted class has the lowest probability, lowest first, right or wrong: more photos like these help
 * most. A cell that ends in the list shows the photos, as `showEvaluated` does; no other photo is read.
 *
 * @param evaluation what `evaluateHead` gave for a head, features and the labels of a generator with `shuffle: false`.
 * @param options `limit`: at most so many (12).
 * @returns plain data: `file`, `trueClass`, `predictedClass`, `probability` of the predicted class, `row`.
 * @throws LittleDataError where it is no evaluation.
 * @example
 * ```ts
 * import { evaluateHead, labelsOf, loadHead, mostUncertain, np } from 'little-data';
 * const features = np.load('features.npy');
 * const evaluation = evaluateHead(await loadHead('head.h5'), features, labelsOf(features));
 * for (const { file, probability } of mostUncertain(evaluation)) console.log(file, probability);
 * ```
 */
export function mostUncertain(
  evaluation: EvaluatedPhotos,
  options: RankedPhotosOptions = {},
): EvaluatedPhoto[] {
  checkKeys('mostUncertain', options, ['limit']);
  const limit = checkInteger('limit', options.limit ?? 12, { min: 1 });
  const ranked = [...photosOf(evaluation)].sort((a, b) => a.probability - b.probability);
  return withGallery(ranked.slice(0, limit));
}

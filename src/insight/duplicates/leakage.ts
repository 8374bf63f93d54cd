/** How many validation photos a head has seen in training, and how good it is on the others. */
import { checkInteger, checkKeys, problem } from '../../check';
import { wilsonInterval } from '../../numerics/wilson-interval';
import { type EvaluatedPhotos, isRight, photosOf } from '../evaluated-photo';
import type { Interval } from '../figures';
import type { Duplicates } from './duplicates';
import { findDuplicates } from './find-duplicates';
import { type PhotoFeatures, type SplitPhoto, splitPhotos } from './photo-rows';

/** The options of `leakage`. */
export interface LeakageOptions {
  /** What `evaluateHead` gave for the validation photos: with it the accuracies are computed. @default none */
  evaluation?: EvaluatedPhotos;
  /** 0 shows no progress bars. @default 1 */
  verbose?: number;
}

/** What `leakage` returns. */
export interface Leakage {
  /** How many validation photos there are. */
  photos: number;
  /** The validation photos that have a twin in the train split. */
  twins: SplitPhoto[];
  /** Their fraction, 0..1. */
  fraction: number;
  /** Accuracy on all validation photos, 0..1; only with `evaluation`. */
  acc?: number;
  /** Accuracy without the twins, 0..1, NaN where all are twins; only with `evaluation`. */
  accWithout?: number;
  /** The 95% interval of `accWithout`, by Wilson; only with `evaluation`. */
  interval?: Interval;
  /** All duplicates, within the splits too. */
  duplicates: Duplicates;
}

/**
 * Counts the validation photos that have a twin in the train split, and computes the accuracy without them. A twin is a
 * duplicate as `findDuplicates` has it, also by way of a third photo.
 *
 * @param train features of the train split, as for `findDuplicates`.
 * @param validation features of the validation split.
 * @param options `evaluation`: what `evaluateHead` gave for the validation split; `verbose`: 0 shows no progress bars.
 * @returns `photos`, `twins`, `fraction`, `duplicates`, and with `evaluation` `acc`, `accWithout`, `interval`.
 * @throws LittleDataError where the evaluation is of another number of photos, and as `findDuplicates`.
 * @example
 * ```ts
 * import { leakage, np } from 'little-data';
 * const [train, validation] = [np.load('features.npy'), np.load('features.npy')];
 * const { twins, photos } = await leakage(train, validation);
 * console.log(`${twins.length} of ${photos} have a twin`);
 * ```
 */
export async function leakage(
  train: PhotoFeatures,
  validation: PhotoFeatures,
  options: LeakageOptions = {},
): Promise<Leakage> {
  checkKeys('leakage', options, ['evaluation', 'verbose']);
  const verbose = checkInteger('verbose', options.verbose ?? 1, { min: 0 });
  const evaluated = options.evaluation && photosOf(options.evaluation);
  const photos = splitPhotos({ validation }).length;
  if (evaluated && evaluated.length !== photos)
    throw problem({
      where: '`evaluation`',
      expected: `predictions for the ${photos} validation photos`,
      found: String(evaluated.length),
      next: 'Pass what evaluateHead gave for these features.',
    });
  const duplicates = await findDuplicates({ train, validation }, { verbose });
  const twins = duplicates.groups
    .filter((group) => group.some(({ split }) => split === 'train'))
    .flatMap((group) => group.filter(({ split }) => split === 'validation'))
    .sort((a, b) => a.row - b.row);
  const found = { photos, twins, fraction: twins.length / photos, duplicates };
  if (!evaluated) return found;
  const seen = new Set(twins.map(({ row }) => row));
  const others = evaluated.filter((_, row) => !seen.has(row));
  const right = others.filter(isRight).length;
  return {
    ...found,
    acc: evaluated.filter(isRight).length / photos,
    accWithout: right / others.length,
    interval: others.length > 0 ? wilsonInterval(right, others.length) : [0, 1],
  };
}

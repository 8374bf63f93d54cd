/** Tells photos that are unlike anything that a head was trained on. */
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import { checkInteger, checkKeys, checkNumber } from '../check';
import { pooledRows } from '../features/pooled-rows';
import { checkHeadFeatures } from '../head/check-evaluation';
import { classesOf } from '../head/classes';
import { headMetadata, setHeadMetadata } from '../head/head-metadata';
import { familiarRows } from '../numerics/familiar-rows';

/** The options of `flagUnlike`. */
export interface FlagUnlikeOptions {
  /** The fraction of the train photos that are like the others; the rest sets the threshold. @default 0.99 */
  familiar?: number;
  /** Draws the photos that are kept. @default 1 */
  seed?: number;
}

/** What `flagUnlike` returns. */
export interface UnlikeFlag {
  /** A photo farther than this from the train photos is `unlike` them: 1 - cosine, 0..2. */
  threshold: number;
  /** How many train photos are kept to compare with. */
  references: number;
}

/** So many photos are kept: 330 KB of EfficientNet-Lite0's features. With more classes, so many of each on average. */
const [kept, keptPerClass] = [256, 4];

/**
 * Tells a head what its train photos are like, so that a photo of something else can be told: a prediction has no class for it, and may
 * be very sure all the same. A photo is `unlike` where its pooled features are farther from those of the train photos (the cosine to
 * the fifth nearest of a sample) than nearly all train photos are from one another. `predictPhoto` and `predictFolder` say so from then on, and
 * `saveHead` keeps it. To train the head again forgets it.
 *
 * @param head from `trainHead`, `fitLinear` or `loadHead`.
 * @param features that it was trained on, float32 `[n, ...]`, of three photos or more.
 * @param options `familiar` (0.99), `seed` (1).
 * @returns the `threshold` and how many `references` are kept.
 * @throws LittleDataError where the features are not such as the head was trained on.
 * @example
 * ```ts
 * import { flagUnlike, loadHead, np, predictPhoto } from 'little-data';
 * const head = await loadHead('head.h5');
 * flagUnlike(head, np.load('features.npy'));
 * const { unlike } = await predictPhoto('photo.jpg', { head });
 * console.log(unlike);
 * ```
 */
export function flagUnlike(head: LayersModel, features: Tensor, options: FlagUnlikeOptions = {}): UnlikeFlag {
  checkKeys('flagUnlike', options, ['familiar', 'seed']);
  const fraction = checkNumber('familiar', options.familiar ?? 0.99, { min: 0.5, max: 1 });
  const seed = checkInteger('seed', options.seed ?? 1);
  checkHeadFeatures(head, features, { name: 'train' });
  checkInteger('the number of train photos', features.shape[0], { min: 3 });
  const familiar = familiarRows(pooledRows(features, new Int32Array(features.shape[0]!)), {
    ...{ seed, fraction, references: Math.max(kept, keptPerClass * classesOf(head)) },
  });
  setHeadMetadata(head, { ...headMetadata(head), familiar });
  const bytes = Buffer.from(familiar.references, 'base64').length;
  return { threshold: familiar.threshold, references: bytes / familiar.size };
}

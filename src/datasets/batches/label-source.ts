/** Which generator a list of labels came from: by it, a function that is given labels knows what else they belong to. */

import type { Interpolation } from '../../images/resize-photo';
import { processState } from '../../state';
import type { Preparation } from './prepare-pixels';

/** What a generator that has labels lists, and how it prepares it. */
export interface LabelSource {
  /** The folder of the photos. Absolute. */
  readonly directory: string;
  readonly filenames: readonly string[];
  /** The photos' paths, absolute. */
  readonly filepaths: readonly string[];
  readonly generator: Preparation;
  readonly targetSize: readonly [number, number];
  readonly interpolation: Interpolation;
  readonly cropFraction: number | undefined;
}

/** Records that `labels` is the `classes` of `generator`. */
export function setLabelSource(labels: readonly number[], generator: LabelSource): void {
  known().set(labels, generator);
}

/** The generator whose `classes` this very array is; `undefined` for a copy, or a list of the caller's own. */
export function labelSource(labels: object): LabelSource | undefined {
  return known().get(labels);
}

function known(): WeakMap<object, LabelSource> {
  return processState('label-sources', () => new WeakMap<object, LabelSource>());
}

/** Rows of features that can be recognised, and a recipe for them. */
import type { FeatureRecipe } from '../../../src/features/provenance';
import { type FeatureStore, featureKey, photoHash } from '../../../src/features/store/store';

export const recipe: FeatureRecipe = {
  model: 'abc',
  targetSize: [150, 150],
  preprocessing: { rescale: 1, function: null },
  resampling: 'nearest',
  exifOrientation: 'apply',
  precision: 'float32',
};

/** As long as VGG16's at 150 x 150. */
export function rowOf(n: number): Float32Array {
  return Float32Array.from({ length: 8192 }, (_, i) => n + i / 8192);
}

export function keyOf(n: number): string {
  return featureKey(photoHash(Buffer.from(`${n}`)), recipe);
}

export function put(store: FeatureStore, numbers: readonly number[]): Promise<void> {
  return store.put(numbers.map((n) => ({ key: keyOf(n), row: rowOf(n) })));
}

/** `featureStore`: what people see of the feature store. */
import { checkInteger } from '../../check';
import { processState } from '../../state';
import { kinds, removeStore, storedFiles, storePath } from './store-folder';

/** The feature store in figures. */
export interface FeatureStoreInfo {
  /** The folder it lies in. */
  path: string;
  /** How many rows it holds: one per photo, network, size, preprocessing and precision. */
  rows: number;
  /** How many bytes its files have. */
  bytes: number;
  /** How many bytes they may have. */
  maxBytes: number;
}

/**
 * The features that were computed on this machine. They are kept under `data/cache/features` and never computed twice. The
 * key is the photo's bytes together with the network, `targetSize`, preprocessing and precision: a photo that was renamed,
 * moved or copied costs nothing, a photo that was changed is computed again. Several notebooks may use the store at once, also
 * on a network disk.
 */
export const featureStore = {
  /**
   * The most bytes to keep. At the end of a run, the rows that were not used for the longest time are removed. It holds for
   * this process. @default 20e9
   */
  get maxBytes(): number {
    return limit().maxBytes;
  },
  set maxBytes(bytes: number) {
    limit().maxBytes = checkInteger('featureStore.maxBytes', bytes, { min: 0 });
  },

  /**
   * How much the store holds, and where.
   * @returns folder, rows, bytes, and the most bytes it may take.
   * @example
   * ```ts
   * import { featureStore } from 'little-data';
   * console.log(featureStore.info().rows);
   * ```
   */
  info(): FeatureStoreInfo {
    const rows = storedFiles('rows').filter(({ path }) => !path.endsWith('.part')).length;
    const bytes = kinds.flatMap(storedFiles).reduce((sum, file) => sum + file.bytes, 0);
    return { path: storePath(), rows, bytes, maxBytes: limit().maxBytes };
  },

  /**
   * Removes all features from the disk. They are computed again when they are needed.
   * @example
   * ```ts
   * import { featureStore } from 'little-data';
   * featureStore.clear();
   * ```
   */
  clear(): void {
    removeStore();
  },
};

function limit(): { maxBytes: number } {
  return processState('feature-store-limit', () => ({ maxBytes: 20e9 }));
}

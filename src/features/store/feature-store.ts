/** `featureStore`: what people see of the feature store. */
import { checkInteger } from '../../check';
import { processState } from '../../state';
import { openTables, releaseTables, removeStore, storeExists, storePath } from './store-file';
import { storeSize } from './store-limit';

/** The feature store in figures. */
export interface FeatureStoreInfo {
  /** The folder it lies in. */
  path: string;
  /** How many photos' features it holds, each network, size, preprocessing and precision for itself. */
  rows: number;
  /** How many bytes these take on the disk, about. */
  bytes: number;
  /** How many they may take. */
  maxBytes: number;
}

/**
 * The features that were computed on this machine, kept under `data/cache/features` and never computed twice. The key
 * is the photo's bytes together with the network, `targetSize`, preprocessing and precision: a photo that was renamed,
 * moved or copied costs nothing, one that was changed is computed again. Several notebooks may use it at once.
 */
export const featureStore = {
  /**
   * Most bytes to be kept; at the end of a run what was not used for the longest time makes room. It holds for this
   * process. @default 20e9
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
   */
  info(): FeatureStoreInfo {
    if (!storeExists()) return { path: storePath(), rows: 0, bytes: 0, maxBytes: limit().maxBytes };
    const tables = openTables();
    try {
      return { path: storePath(), ...storeSize(tables), maxBytes: limit().maxBytes };
    } finally {
      releaseTables(tables);
    }
  },

  /** Takes all features off the disk; they are computed again as they are needed. */
  clear(): void {
    removeStore();
  },
};

function limit(): { maxBytes: number } {
  return processState('feature-store-limit', () => ({ maxBytes: 20e9 }));
}

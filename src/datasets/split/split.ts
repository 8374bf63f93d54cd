/** What `splitDataset` takes and returns. */
import type { IndexRange } from './by-number';

/** How many photos each class has in a part. */
export type PartCounts = Record<string, number>;

/** What a split made, or found already made. */
export interface Split {
  /** The folder of the train photos, one folder a class. Absolute. */
  trainDir: string;
  /** The folder of the validation photos, one folder a class. Absolute. */
  validationDir: string;
  /** The folder of the test photos, one folder a class; only where a share of them was asked for. Absolute. */
  testDir?: string;
  /** How many photos each class has in each part. */
  counts: { train: PartCounts; validation: PartCounts; test?: PartCounts };
  /** Files that were linked or copied now, those that were there before, and those of an earlier split that were removed. */
  files: { linked: number; copied: number; kept: number; removed: number };
  /**
   * Photos that were left out, relative to the folder, with the reason: by share those that can't be read, by number
   * validation photos whose bytes are in train, too.
   */
  leftOut: { filename: string; reason: string }[];
  /** Groups of photos whose bytes are the same, relative to the folder. Those that were placed are all in one split. */
  duplicates: string[][];
}

/** What `splitDataset` takes beside the photos. See there. */
export interface SplitOptions {
  train?: IndexRange;
  validation?: IndexRange | number;
  test?: number;
  seed?: number;
  groupBy?: (filename: string) => string;
  outDir?: string;
  verbose?: number;
}

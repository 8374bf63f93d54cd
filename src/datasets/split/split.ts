/** What `splitDataset` takes and returns. */
import type { IndexRange } from './by-number';

/** How many photos each class has in a split. */
export type PartCounts = Record<string, number>;

/** How many photos each class has in each split. */
export interface SplitCounts {
  /** In train. */
  train: PartCounts;
  /** In validation. */
  validation: PartCounts;
  /** In test; only where a fraction of the photos was asked for. */
  test?: PartCounts;
}

/** What was done with files. */
export interface SplitFiles {
  /** Files that were linked now. */
  linked: number;
  /** Files that were copied now, where the disk allows no links. */
  copied: number;
  /** Files that were there before. */
  kept: number;
  /** Files of an earlier split that were removed. */
  removed: number;
}

/** What a split made, or found already made. */
export interface Split {
  /** The folder of the train photos, one folder per class. Absolute. */
  trainDir: string;
  /** The folder of the validation photos, one folder per class. Absolute. */
  validationDir: string;
  /** The folder of the test photos, one folder per class; only where a fraction of them was asked for. Absolute. */
  testDir?: string;
  /** How many photos each class has in each split. */
  counts: SplitCounts;
  /** What was done with files. */
  files: SplitFiles;
  /**
   * Photos that were left out, relative to the folder, with the reason: by fraction those that can't be read, by number
   * validation photos whose bytes are in train, too.
   */
  leftOut: { filename: string; reason: string }[];
  /** Groups of photos whose bytes are the same, relative to the folder. Those that were placed are all in one split. */
  duplicates: string[][];
}

/** The options of `splitDataset`. */
export interface SplitOptions {
  /** `[first, last]` number per class, both included. @default [0, 999] */
  train?: IndexRange;
  /** `[first, last]` number per class, or a fraction of the photos. @default [1000, 1400]; 0.2 once `test`, `seed` or `groupBy` is given */
  validation?: IndexRange | number;
  /** A fraction of the photos. @default 0 */
  test?: number;
  /** An integer. @default none: by fraction it must be given */
  seed?: number;
  /**
   * Gives the name of the group of a photo (its path in the folder, `cats/rex_1.jpg`). A group's photos stay in one split.
   * @default each photo is alone
   */
  groupBy?: (filename: string) => string;
  /** The folder of the split. @default `data/`; by fraction `data/<folder's name>-split-<digest of its path>` */
  outDir?: string;
  /** 0 prints nothing. @default 1 */
  verbose?: number;
}

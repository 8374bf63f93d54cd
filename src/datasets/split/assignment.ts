import type { SplitName } from '../layout-of';
import type { SplitPhoto } from './split-source';

/** Which photo belongs to which split. */
export interface Assignment {
  placed: { photo: SplitPhoto; split: SplitName }[];
  /** Photos that were left out, relative to the source, with the reason. */
  leftOut: { filename: string; reason: string }[];
  /** Photos whose bytes are the same, relative to the source: groups of two and more. */
  duplicates: string[][];
}

/** A data set as it was found in a folder or zip. */
import path from 'node:path';
import type { FolderLayout, LabelledPhoto } from './layout-of';
import type { PassedOver } from './walk-tree';

/** Which photos of which classes there are. */
export interface Dataset {
  /** The classes, sorted as Python sorts them (by code point); a photo's label is the place of its class. `['']` in the layout `'unlabelled'`. */
  classes: string[];
  /** Split by split, class by class, each in the order of a sorted walk. `filename` is relative to `metadata.dir`, with `/`. */
  photos: LabelledPhoto[];
  metadata: DatasetMetadata;
}

/** Where a data set comes from, and what else lies there. */
export interface DatasetMetadata {
  /** The folder or zip that was named. Absolute. */
  origin: string;
  /** The folder that has the layout: the named one, one within it, or the one that a zip was unpacked into. Absolute. */
  dir: string;
  /** The zip that the photos were unpacked from. Absolute; undefined where they lie in a folder. */
  zip?: string;
  layout: FolderLayout;
  /** Photos of no class, such as those of Kaggle's `test1/`. Relative to `dir`: outside of it, they begin with `../`. */
  unlabelled: string[];
  /** Folders in `dir` without a photo in them or below. */
  emptyFolders: string[];
  /** What else lies in `dir`: files that are no photos, what systems leave, links that lead nowhere new. */
  passedOver: PassedOver[];
}

/** A photo's file. Absolute. */
export function fileOf({ metadata }: Dataset, { filename }: { filename: string }): string {
  return path.join(metadata.dir, filename);
}

/** The photos in groups of one class, or of one class of one split: `cats`, `train/cats`. */
export function byGroup({ photos, classes, metadata }: Dataset): Map<string, LabelledPhoto[]> {
  const groups = new Map<string, LabelledPhoto[]>(
    metadata.layout === 'split' ? [] : classes.map((name) => [name, []]),
  );
  for (const photo of photos) {
    const group = groupOf(photo);
    const own = groups.get(group);
    if (own) own.push(photo);
    else groups.set(group, [photo]);
  }
  return groups;
}

/** The name of a photo's group, as in `byGroup`. */
export function groupOf({ className, split }: LabelledPhoto): string {
  return split ? `${split}/${className}` : className;
}

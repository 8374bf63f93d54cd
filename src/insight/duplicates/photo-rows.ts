/** The photos that duplicates are sought among: rows of features, and the file of each. */
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-node';
import { problem, show } from '../../check';
import { provenanceOf } from '../../features/provenance';
import { digestOfFile } from '../../files/digest';
import { checkFinite, checkRows } from '../../head/check-rows';
import { mapFiles } from '../../notebook/map-files';
import { tf } from '../../tensorflow';
import { filesOf } from '../evaluated-photo';

/** Features with the files of their photos. */
export interface FeaturesWithFiles {
  /** float32 `[n, ...]`. */
  features: Tensor;
  /** The path of each row's photo, such as `generator.filepaths`. */
  files: readonly string[];
}

/** Features of photos: a tensor from `predictGenerator` or `np.load`, which knows its photos; or any features with their files. */
export type PhotoFeatures = Tensor | FeaturesWithFiles;

/** One photo of a split. */
export interface SplitPhoto {
  /** The name of the split. */
  split: string;
  /** The photo's row in the features of the split. */
  row: number;
  /** The photo's path. */
  file: string;
}

/** The photos of all splits, one after the other. @throws LittleDataError where features do not fit, or their photos are not known. */
export function splitPhotos(splits: Record<string, PhotoFeatures>): SplitPhoto[] {
  return Object.entries(splits).flatMap(([split, source]) => {
    const features = featuresOf(source);
    checkRows(features, { name: split });
    checkFinite(features, split);
    const files = source instanceof tf.Tensor ? knownFiles(source) : source.files;
    if (!Array.isArray(files) || files.length !== features.shape[0])
      throw problem({
        where: `the ${split} data`,
        expected: `the files of its ${features.shape[0]} photos`,
        found: Array.isArray(files) ? String(files.length) : show(files),
        next: 'Pass `{ features, files: generator.filepaths }`.',
      });
    return files.map((file, row) => ({ split, row, file }));
  });
}

/** All rows in one tensor `[n, size]`: of features `[n, height, width, channels]` the mean over the places. The caller disposes it. */
export function pooledRows(splits: Record<string, PhotoFeatures>): Tensor2D {
  const all = Object.values(splits).map(featuresOf);
  const shapes = new Set(all.map(({ shape }) => shape.slice(1).join(', ')));
  if (shapes.size > 1)
    throw problem({
      where: 'the features',
      expected: 'the same shape of a row in all splits',
      found: `[${[...shapes].join('] and [')}]`,
      next: 'Compute them with the same base and the same `targetSize`.',
    });
  return tf.tidy(() =>
    tf.concat(
      all.map((features) =>
        features.shape.length === 4
          ? features.mean<Tensor2D>([1, 2])
          : features.reshape<Tensor2D>([features.shape[0]!, -1]),
      ),
    ),
  );
}

/** SHA-256 of each photo's bytes: as the features recorded it, else from the file; null where it can't be read. */
export async function bytesDigests(
  splits: Record<string, PhotoFeatures>,
  { verbose }: { verbose: number },
): Promise<(string | null)[]> {
  const digests: (string | null)[] = [];
  for (const source of Object.values(splits)) {
    const recorded = source instanceof tf.Tensor ? provenanceOf(source)?.hashes : undefined;
    const files = source instanceof tf.Tensor ? knownFiles(source)! : source.files;
    const read = () =>
      mapFiles(files, (file) => digestOfFile(file).catch(() => null), {
        ...{ verbose, kept: 'Run the cell again.' },
      });
    digests.push(...(recorded ?? (await read())));
  }
  return digests;
}

function featuresOf(source: PhotoFeatures): Tensor {
  return source instanceof tf.Tensor ? source : Object(source).features;
}

/** A path without its folder can't be read. */
function knownFiles(features: Tensor): readonly string[] | undefined {
  return provenanceOf(features)?.directory === undefined ? undefined : filesOf(features, []);
}

/** `np.save` and `np.load` as the tutorial calls them: the array, and beside it where its rows come from. */
import type { Tensor } from '@tensorflow/tfjs-node';
import { problem } from '../check';
import { checkReplaceable } from '../files/replaceable';
import { npyKind, writeNpy } from '../formats/npy';
import { readNpy } from '../formats/read-npy';
import { digestOfRows } from '../formats/rows-digest';
import { resolvePath, shownPath } from '../paths';
import { metadataFor, metadataOf, type NpyMetadata, readMetadata, replaceWithMetadata } from './npy-metadata';
import { provenanceOf, setProvenance } from './provenance';

/**
 * Writes a tensor as a `.npy` file that NumPy reads, whole or not at all: float32, int32 or bool, C order.
 * What `predictGenerator` computed also gets `<file>.json` beside it: photos and their hashes, labels, classes,
 * preprocessing and network row by row, and a digest of the array.
 *
 * @param file path of the file; an earlier `.npy` file is replaced, any other file is refused.
 * @param tensor of any shape; it is left as it is.
 * @throws where the file can't be written, or another kind of file is there; then what was there is as it was.
 * @example
 * ```ts
 * import { np } from 'little-data';
 * np.save('copy.npy', np.load('features.npy'));
 * ```
 */
function save(file: string, tensor: Tensor): void {
  const place = resolvePath(file);
  const provenance = provenanceOf(tensor);
  checkReplaceable(place, npyKind);
  const metadata = provenance && { shape: tensor.shape, data: digestOf(tensor), ...provenance };
  replaceWithMetadata(place, metadata, () => writeNpy(place, tensor));
}

/**
 * Reads a `.npy` file (NumPy's format 1.0 to 3.0): floats give a float32 tensor, integers int32. The caller disposes it.
 * Where `<file>.json` stands beside it the tensor's rows keep their photos and labels; `checkFeatures` compares these
 * with a folder.
 *
 * @param file path of the file.
 * @returns the tensor.
 * @throws where the file is missing, no `.npy`, cut off, or not the array that the metadata beside it is about.
 * @example
 * ```ts
 * import { np } from 'little-data';
 * const features = np.load('features.npy');
 * console.log(features.shape);
 * ```
 */
function load(file: string): Tensor {
  const place = resolvePath(file);
  const tensor = readNpy(place);
  try {
    const found = readMetadata(place);
    const metadata = found && metadataFor(found, () => digestOf(tensor));
    if (!metadata) return tensor;
    checkMetadata(place, metadata, tensor);
    const { shape: _shape, data: _data, ...provenance } = metadata;
    setProvenance(tensor, provenance);
    return tensor;
  } catch (error) {
    tensor.dispose();
    throw error;
  }
}

/** NumPy's names for reading and writing arrays. */
export const np = { save, load };

function checkMetadata(file: string, metadata: NpyMetadata, tensor: Tensor): void {
  const rows = tensor.shape[0] ?? 0;
  const refuse = (expected: string, found: string) =>
    problem({
      where: shownPath(metadataOf(file)),
      expected,
      found,
      next: `${shownPath(file)} or its metadata was changed since. Save the features again, or delete the metadata.`,
    });
  for (const part of ['filenames', 'labels', 'hashes'] as const) {
    const count = metadata[part]?.length ?? rows;
    if (count !== rows) throw refuse(`the photos of ${rows} rows`, `${count} ${words[part]}`);
  }
  if (metadata.shape && String(metadata.shape) !== String(tensor.shape))
    throw refuse(
      `the metadata of an array [${tensor.shape.join(', ')}]`,
      `that of one [${metadata.shape.join(', ')}]`,
    );
  if (metadata.data !== undefined && metadata.data !== digestOf(tensor))
    throw refuse('the metadata of this array', 'that of one with other values');
}

const words = { filenames: 'photos', labels: 'labels', hashes: 'hashes of photos' };

function digestOf(tensor: Tensor): string {
  return digestOfRows(tensor.dataSync() as Float32Array, tensor.shape[0] ?? 1);
}

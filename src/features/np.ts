/** `np.save` and `np.load` as the tutorial calls them: the array, and beside it where its rows come from. */
import type { Tensor } from '@tensorflow/tfjs-node';
import { problem } from '../check';
import { checkReplaceable } from '../files/replaceable';
import { npyKind, writeNpy } from '../formats/npy';
import { readNpy } from '../formats/read-npy';
import { digestOfRows } from '../formats/rows-digest';
import { shownPath } from '../paths';
import { type Note, noteOf, readNote, writeNote } from './np-note';
import { provenanceOf, setProvenance } from './provenance';

/**
 * Writes a tensor as a `.npy` file that NumPy reads, whole or not at all: float32, int32 or bool, C order.
 * What `predictGenerator` computed also gets `<file>.json` beside it: photos and their hashes, labels, classes,
 * preprocessing and network row by row, and a digest of the array.
 *
 * @param file path of the file; an earlier `.npy` file is replaced, any other file is refused.
 * @param tensor of any shape; it is left as it is.
 * @throws where the file can't be written, or another kind of file is there; then what was there is as it was.
 */
function save(file: string, tensor: Tensor): void {
  const provenance = provenanceOf(tensor);
  checkReplaceable(file, npyKind);
  // The note goes first and comes last: beside an array never stands the note of another one.
  writeNote(file, undefined);
  writeNpy(file, tensor);
  if (provenance) writeNote(file, { shape: tensor.shape, data: digestOf(tensor), ...provenance });
}

/**
 * Reads a `.npy` file (NumPy's format 1.0 to 3.0): floats give a float32 tensor, integers int32. The caller disposes it.
 * Where `<file>.json` stands beside it the tensor's rows keep their photos and labels; `checkFeatures` compares these
 * with a folder.
 *
 * @param file path of the file.
 * @returns the tensor.
 * @throws where the file is missing, no `.npy`, cut off, or not the array that the note beside it is about.
 */
function load(file: string): Tensor {
  const tensor = readNpy(file);
  try {
    const note = readNote(file);
    if (!note) return tensor;
    checkNote(file, note, tensor);
    const { shape: _shape, data: _data, ...provenance } = note;
    setProvenance(tensor, provenance);
    return tensor;
  } catch (error) {
    tensor.dispose();
    throw error;
  }
}

/** NumPy's names for reading and writing arrays. */
export const np = { save, load };

function checkNote(file: string, note: Note, tensor: Tensor): void {
  const rows = tensor.shape[0] ?? 0;
  const refuse = (expected: string, found: string) =>
    problem({
      where: shownPath(noteOf(file)),
      expected,
      found,
      next: `${shownPath(file)} or its note was changed since. Save the features again, or delete the note.`,
    });
  for (const part of ['filenames', 'labels', 'hashes'] as const) {
    const count = note[part]?.length ?? rows;
    if (count !== rows) throw refuse(`the photos of ${rows} rows`, `${count} ${words[part]}`);
  }
  if (note.shape && String(note.shape) !== String(tensor.shape))
    throw refuse(
      `the note of an array [${tensor.shape.join(', ')}]`,
      `that of one [${note.shape.join(', ')}]`,
    );
  if (note.data !== undefined && note.data !== digestOf(tensor))
    throw refuse('the note of this array', 'that of one with other values');
}

const words = { filenames: 'photos', labels: 'labels', hashes: 'hashes of photos' };

function digestOf(tensor: Tensor): string {
  return digestOfRows(tensor.dataSync() as Float32Array, tensor.shape[0] ?? 1);
}

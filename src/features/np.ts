/** `np.save` and `np.load` as the tutorial calls them: the array, and beside it where its rows come from. */
import fs from 'node:fs';
import type { Tensor } from '@tensorflow/tfjs-node';
import { problem } from '../check';
import { shownPath, writeWhole } from '../paths';
import { readNpy, writeNpy } from './npy';
import { type Provenance, provenanceOf, setProvenance } from './provenance';

/**
 * Writes a tensor as a `.npy` file that NumPy reads, whole or not at all: float32, int32 or bool, C order.
 * What `predictGenerator` computed also gets `<file>.json` beside it: photos, labels and preprocessing row by row.
 *
 * @param file path of the file; an earlier one is replaced.
 */
function save(file: string, tensor: Tensor): void {
  const provenance = provenanceOf(tensor);
  // The note goes first and comes last: beside an array never stands the note of another one.
  fs.rmSync(noteOf(file), { force: true });
  writeNpy(file, tensor);
  if (provenance) {
    const text = JSON.stringify({ shape: tensor.shape, ...provenance });
    writeWhole(noteOf(file), (descriptor) => fs.writeSync(descriptor, text));
  }
}

/**
 * Reads a `.npy` file (NumPy's format 1.0 to 3.0): floats give a float32 tensor, integers int32. The caller disposes it.
 * Where `<file>.json` stands beside it the tensor's rows keep their photos and labels.
 *
 * @throws where the file is missing, no `.npy`, cut off, or its rows are not those that the note beside it names.
 */
function load(file: string): Tensor {
  const tensor = readNpy(file);
  const note = readNote(file);
  if (!note) return tensor;
  if (note.filenames.length !== tensor.shape[0]) {
    tensor.dispose();
    throw problem({
      where: shownPath(noteOf(file)),
      expected: `the photos of ${tensor.shape[0]} rows`,
      found: `${note.filenames.length} photos`,
      next: `${shownPath(file)} was changed since. Save the features again, or delete the note.`,
    });
  }
  setProvenance(tensor, note);
  return tensor;
}

/** NumPy's names for reading and writing arrays. */
export const np = { save, load };

function noteOf(file: string): string {
  return `${file}.json`;
}

function readNote(file: string): Provenance | undefined {
  let text: string;
  try {
    text = fs.readFileSync(noteOf(file), 'utf8');
  } catch {
    return undefined;
  }
  try {
    const { recipe, classIndices, filenames, labels } = JSON.parse(text) as Provenance;
    return { recipe, classIndices, filenames, labels };
  } catch (error) {
    throw problem({
      where: shownPath(noteOf(file)),
      expected: 'the note that np.save wrote',
      found: `text that is no JSON (${(error as Error).message})`,
      next: 'Delete it, or save the features again.',
    });
  }
}

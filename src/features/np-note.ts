/** The note beside a `.npy` file of features: what its rows are. */
import fs from 'node:fs';
import { problem } from '../check';
import { writeWhole } from '../files/atomic';
import { shownPath } from '../paths';
import { notWritten } from './npy';
import { completeRecipe, type Provenance } from './provenance';

/** What `<file>.json` holds. */
export interface Note extends Provenance {
  shape?: number[];
  /** Digest of the array's values, see `RowsDigest`; earlier versions of this package did not note it. */
  data?: string;
}

/** The note's path. */
export function noteOf(file: string): string {
  return `${file}.json`;
}

/** Writes the note of a `.npy` file, or, without one, removes what stands there. */
export function writeNote(file: string, note: Note | undefined): void {
  if (!note) fs.rmSync(noteOf(file), { force: true });
  else {
    try {
      writeWhole(noteOf(file), (descriptor) => fs.writeFileSync(descriptor, JSON.stringify(note)));
    } catch (error) {
      throw notWritten(noteOf(file), (error as Error).message);
    }
  }
}

/** The note of a `.npy` file; `undefined` where it has none. */
export function readNote(file: string): Note | undefined {
  let text: string;
  try {
    text = fs.readFileSync(noteOf(file), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw unreadable(file, (error as Error).message);
  }
  let note: Partial<Note> | null;
  try {
    note = JSON.parse(text) as Partial<Note> | null;
  } catch (error) {
    throw unreadable(file, `text that is no JSON (${(error as Error).message})`);
  }
  const { recipe, classIndices, filenames, labels, hashes, leftOut, shape, data } = note ?? {};
  const isWhole = recipe && classIndices && Array.isArray(filenames) && Array.isArray(labels);
  if (!isWhole)
    throw unreadable(file, 'one without the recipe, the classes, or the photos and labels of the rows');
  return { recipe: completeRecipe(recipe), classIndices, filenames, labels, hashes, leftOut, shape, data };
}

function unreadable(file: string, found: string): Error {
  return problem({
    where: shownPath(noteOf(file)),
    expected: 'the note that np.save wrote',
    found,
    next: 'Delete it, or save the features again.',
  });
}

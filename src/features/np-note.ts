/** The note beside a `.npy` file of features: what its rows are. */
import fs from 'node:fs';
import * as v from 'valibot';
import { writeWhole } from '../files/atomic';
import { readRecord, sha256Text, wholeNumber } from '../files/record';
import { notWritten } from '../formats/npy';
import { shownPath } from '../paths';
import { type Provenance, provenanceSchema } from './provenance';

/** What `<file>.json` holds. */
export interface Note extends Provenance {
  shape?: number[];
  /** Digest of the array's values, see `RowsDigest`; earlier versions of this package did not note it. */
  data?: string;
}

const schema = v.pipe(
  v.object({
    ...provenanceSchema.entries,
    shape: v.optional(v.array(wholeNumber)),
    data: v.optional(sha256Text),
  }),
  v.check(
    ({ labels, classIndices }) => labels.every((label) => label < Object.keys(classIndices).length),
    'expected labels that classes have',
  ),
) satisfies v.GenericSchema<unknown, Note>;

/** The note's path. */
export function noteOf(file: string): string {
  return `${file}.json`;
}

/** Writes the note of a `.npy` file, or, without one, removes what stands there. */
export function writeNote(file: string, note: Note | undefined): void {
  checkNotePlace(file);
  if (!note) fs.rmSync(noteOf(file), { force: true });
  else {
    try {
      writeWhole(noteOf(file), (descriptor) => fs.writeFileSync(descriptor, JSON.stringify(note)));
    } catch (error) {
      throw notWritten(noteOf(file), (error as Error).message);
    }
  }
}

/** Throws where another file than such a note stands in its place: writing the note would replace it. */
export function checkNotePlace(file: string): void {
  readNote(file);
}

/** The note of a `.npy` file; `undefined` where it has none. @throws LittleDataError where it is not what was written. */
export function readNote(file: string): Note | undefined {
  return readRecord(noteOf(file), schema, {
    what: `the metadata that np.save wrote beside ${shownPath(file)}`,
    next: 'Move it elsewhere or delete it, or save the features again under another name.',
  });
}

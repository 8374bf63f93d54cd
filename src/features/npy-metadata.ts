/** The metadata in the file beside a `.npy` file of features: what each row is. */
import fs from 'node:fs';
import * as v from 'valibot';
import { writeWhole } from '../files/atomic';
import { readRecord, sha256Text, wholeNumber } from '../files/record';
import { diskFault, shownPath } from '../paths';
import { type Provenance, provenanceSchema } from './provenance';

/** What `<file>.json` holds. */
export interface NpyMetadata extends Provenance {
  shape?: number[];
  /** Digest of the array's values, see `RowsDigest`; earlier versions of this package did not record it. */
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
) satisfies v.GenericSchema<unknown, NpyMetadata>;

/** The path of the metadata of a `.npy` file. */
export function metadataOf(file: string): string {
  return `${file}.json`;
}

/** Writes the metadata of a `.npy` file. `undefined` removes it. */
export function writeMetadata(file: string, metadata: NpyMetadata | undefined): void {
  const earlier = readMetadata(file);
  if (!metadata) {
    if (earlier) removeMetadata(metadataOf(file));
  } else writeWhole(metadataOf(file), (descriptor) => fs.writeFileSync(descriptor, JSON.stringify(metadata)));
}

function removeMetadata(file: string): void {
  try {
    fs.rmSync(file, { force: true });
  } catch (error) {
    throw diskFault(error, { place: file, what: 'the metadata', next: 'Then run the cell again.' });
  }
}

/** Throws where a file that is no such metadata has its name: writing would replace that file. */
export function checkMetadataPlace(file: string): void {
  readMetadata(file);
}

/** The metadata of a `.npy` file; `undefined` where it has none. @throws LittleDataError where it doesn't fit the schema. */
export function readMetadata(file: string): NpyMetadata | undefined {
  return readRecord(metadataOf(file), schema, {
    what: `the metadata that np.save wrote beside ${shownPath(file)}`,
    next: 'Move it elsewhere or delete it, or save the features again under another name.',
  });
}

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
  /**
   * While the array is replaced: the metadata that counts where the array has other values than `data` says, `null` for none.
   */
  otherwise?: NpyMetadata | null;
}

const schema: v.GenericSchema<unknown, NpyMetadata> = v.pipe(
  v.object({
    ...provenanceSchema.entries,
    shape: v.optional(v.array(wholeNumber)),
    data: v.optional(sha256Text),
    otherwise: v.optional(v.nullable(v.lazy(() => schema))),
  }),
  v.check(
    ({ labels, classIndices }) => labels.every((label) => label < Object.keys(classIndices).length),
    'expected labels that classes have',
  ),
);

/** The path of the metadata of a `.npy` file. */
export function metadataOf(file: string): string {
  return `${file}.json`;
}

/**
 * Replaces a `.npy` file together with its metadata. Whenever this stops, by an error or a kill, the array that is there has its own
 * metadata: until the array is replaced, the metadata of both is in the file, and the digest of the values tells which one counts.
 *
 * @param metadata of the new array, with the digest of its values; `undefined` for none.
 * @param replace replaces the array.
 */
export function replaceWithMetadata(
  file: string,
  metadata: NpyMetadata | undefined,
  replace: () => void,
): void {
  const earlier = readMetadata(file);
  if (!fs.existsSync(file) || (!earlier && !metadata)) {
    replace();
    writeMetadata(file, metadata);
    return;
  }
  const both = metadata ? { ...metadata, otherwise: earlier ?? null } : { ...earlier!, otherwise: null };
  writeMetadata(file, both);
  try {
    replace();
  } catch (error) {
    writeMetadata(file, earlier);
    throw error;
  }
  writeMetadata(file, metadata);
}

/** The metadata that counts for an array whose values have this digest; `undefined` for none. */
export function metadataFor(metadata: NpyMetadata, digest: () => string): NpyMetadata | undefined {
  let found: NpyMetadata | null = metadata;
  while (found?.otherwise !== undefined && found.data !== digest()) found = found.otherwise;
  if (!found) return undefined;
  const { otherwise: _otherwise, ...own } = found;
  return own;
}

function writeMetadata(file: string, metadata: NpyMetadata | undefined): void {
  if (!metadata) removeMetadata(metadataOf(file));
  else writeWhole(metadataOf(file), (descriptor) => fs.writeFileSync(descriptor, JSON.stringify(metadata)));
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

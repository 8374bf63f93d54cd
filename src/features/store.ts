/** The feature store: what was computed of a photo is kept under `data/cache/features`, and never computed twice. */
import { createHash } from 'node:crypto';
import { open, type RootDatabase } from 'lmdb';
import { dataPath } from '../paths';
import { processState } from '../state';
import type { FeatureRecipe } from './provenance';

/** Keeps rows of features by the bytes of the photo and the recipe. */
export interface FeatureStore {
  /** The row kept under `key`, or `undefined`. */
  get(key: string): Float32Array | undefined;
  /** Keeps rows; resolves once they are on the disk. */
  put(rows: readonly { key: string; row: Float32Array }[]): Promise<void>;
}

const checkBytes = 16;

/** The key of a photo's features: SHA-256 of the photo's bytes and of the recipe. */
export function featureKey(photo: Uint8Array, recipe: FeatureRecipe): string {
  const hash = createHash('sha256').update(photo).digest('hex');
  return createHash('sha256')
    .update(`${hash} ${JSON.stringify(recipe)}`)
    .digest('base64url');
}

/** Opens the store of this project; a process has it open once. */
export function openFeatureStore(): FeatureStore {
  const stores = processState('stores', () => new Map<string, RootDatabase<Buffer, string>>());
  const path = dataPath('cache', 'features');
  let db = stores.get(path);
  if (!db) {
    db = open<Buffer, string>({ path, encoding: 'binary', mapSize: 2 ** 36 });
    stores.set(path, db);
  }
  return { get: (key) => readRow(db.get(key)), put: (rows) => writeRows(db, rows) };
}

/** A row whose checksum does not fit is as good as none: it is computed again. */
function readRow(block: Buffer | undefined): Float32Array | undefined {
  if (!block || block.length < checkBytes) return undefined;
  const bytes = block.subarray(checkBytes);
  if (!checksum(bytes).equals(block.subarray(0, checkBytes))) return undefined;
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

async function writeRows(
  db: RootDatabase<Buffer, string>,
  rows: readonly { key: string; row: Float32Array }[],
) {
  await db.batch(() => {
    for (const { key, row } of rows) {
      const bytes = Buffer.from(row.buffer, row.byteOffset, row.byteLength);
      db.put(key, Buffer.concat([checksum(bytes), bytes]));
    }
  });
}

function checksum(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest().subarray(0, checkBytes);
}

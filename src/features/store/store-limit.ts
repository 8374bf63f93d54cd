/** The size of the feature store: what was not used for the longest time makes room first. */
import { commit, type Tables } from './store-file';

/** LMDB keeps a long value on whole pages of this many bytes, of which the first has a header. */
const [pageBytes, pageHeader] = [4096, 24];

/** What a row's entries in the other tables take, about. */
const entryBytes = 200;

/** How many rows there are, and how many bytes they take on the disk, about. */
export function storeSize({ uses }: Tables): { rows: number; bytes: number } {
  let [rows, bytes] = [0, 0];
  for (const { value } of uses.getRange()) {
    rows++;
    bytes += readUse(value).bytes;
  }
  return { rows, bytes };
}

/** Notes when rows were used and how long their blocks are; to be called within a batch. */
export function noteUses(
  { uses }: Tables,
  used: Iterable<[key: string, blockBytes: number]>,
  time: number,
): void {
  for (const [key, blockBytes] of used) {
    const pages = Math.ceil((blockBytes + pageHeader) / pageBytes);
    uses.put(key, Buffer.from(Float64Array.of(time, pages * pageBytes + entryBytes).buffer));
  }
}

/** Removes the rows that were not used for the longest time, until the rest takes no more than `maxBytes`. */
export async function enforceLimit(tables: Tables, maxBytes: number): Promise<void> {
  const all = [...tables.uses.getRange().map(({ key, value }) => ({ key, ...readUse(value) }))];
  let excess = all.reduce((sum, { bytes }) => sum + bytes, -maxBytes);
  if (excess <= 0) return;
  all.sort((a, b) => a.time - b.time);
  await commit(tables, () => {
    for (const { key, bytes } of all) {
      if (excess <= 0) break;
      tables.rows.remove(key);
      tables.uses.remove(key);
      excess -= bytes;
    }
  });
}

/** An entry that is not what was put counts nothing, and makes room first. */
function readUse(value: Buffer): { time: number; bytes: number } {
  if (value.length !== 16) return { time: 0, bytes: 0 };
  const [time, bytes] = [value.readDoubleLE(0), value.readDoubleLE(8)];
  return Number.isFinite(time) && bytes >= 0 && bytes < 2 ** 53 ? { time, bytes } : { time: 0, bytes: 0 };
}

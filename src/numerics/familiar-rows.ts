/** How far a row lies from those that a head has learned from. */
import { permutation, seededRandom } from '../random';
import { quantile } from './quantile';
import { type Rows, selectRows } from './rows';

/** What is kept of the rows that a head has learned from: a sample of them, as JSON can hold it. */
export interface FamiliarRows {
  /** Features per row. */
  size: number;
  /** The mean row: float32 in base64. */
  mean: string;
  /** Rows less the mean, each scaled to -127..127: int8 in base64. */
  references: string;
  /** The distance is that to so many nearest rows: to the last of them. */
  neighbours: number;
  /** A row farther than this is unlike them: 1 - cosine, 0..2. */
  threshold: number;
}

/** Five: of one, a copy of a photo makes anything like it familiar. */
const nearest = 5;

/** The threshold is that of so many rows: more would change it little, and take long. */
const measuredRows = 1000;

/**
 * Keeps at most `references` rows, and the distance that all but a fraction of the rows have from them, each but itself.
 *
 * The cosine of centred features to the fifth nearest was chosen by measuring: as other nearest neighbours did, and unlike Mahalanobis
 * distances, it flagged all charts and texts, and under 2% of photos that were held out, with 100 as with 1,000 train photos per class. Source of the idea: Sun et al. 2022, arXiv 2204.06507.
 *
 * @param options `fraction`: of the rows that are no farther from the others than the threshold, 0..1.
 */
export function familiarRows(
  { x, size, labels }: Rows,
  { references, seed, fraction }: { references: number; seed: number; fraction: number },
): FamiliarRows {
  const n = labels.length;
  const mean = new Float32Array(size);
  for (const [at, value] of x.entries()) mean[at % size]! += value / n;
  const order = permutation(n, seededRandom(seed));
  const chosen = order.subarray(0, references);
  const kept = new Int8Array(chosen.length * size);
  for (const [to, row] of chosen.entries()) {
    const own = x.subarray(row * size, (row + 1) * size).map((value, k) => value - mean[k]!);
    const most = own.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0) || 1;
    kept.set(
      own.map((value) => Math.round((127 * value) / most)),
      to * size,
    );
  }
  const neighbours = Math.max(1, Math.min(nearest, chosen.length - 1));
  const familiar = {
    ...{ size, mean: toBase64(mean), references: toBase64(kept), neighbours, threshold: 0 },
  };
  const measured = selectRows({ x, size, labels }, order.subarray(0, Math.max(references, measuredRows)));
  const distances = distancesTo(familiar, measured.x, { keptFirst: true });
  return { ...familiar, threshold: quantile(distances, fraction) };
}

/**
 * The distance of each row of `x` from the rows that are kept: 1 - cosine to the last of the nearest ones, both less the mean.
 *
 * @param options `keptFirst`: the first rows of `x` are those that are kept, in their order: none is compared with itself.
 */
export function distancesTo(
  { size, mean, references, neighbours }: FamiliarRows,
  x: Float32Array,
  { keptFirst = false }: { keptFirst?: boolean } = {},
): Float64Array {
  const center = new Float32Array(fromBase64(mean));
  const kept = Float32Array.from(new Int8Array(fromBase64(references)));
  const lengths = Float64Array.from({ length: kept.length / size }, (_, at) => {
    return lengthOf(kept.subarray(at * size, (at + 1) * size));
  });
  return Float64Array.from({ length: x.length / size }, (_, row) => {
    const own = x.subarray(row * size, (row + 1) * size).map((value, k) => value - center[k]!);
    const length = lengthOf(own);
    const cosines = lengths.map((other, at) => {
      if (keptFirst && row === at) return Number.NEGATIVE_INFINITY;
      let sum = 0;
      for (let k = 0, from = at * size; k < size; k++, from++) sum += own[k]! * kept[from]!;
      return sum / (length * other || 1);
    });
    return 1 - cosines.sort()[cosines.length - neighbours]!;
  });
}

function lengthOf(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}

function toBase64(values: Float32Array | Int8Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');
}

function fromBase64(text: string): ArrayBuffer {
  // Not by Buffer: it runs in exported web pages too.
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0)).buffer;
}

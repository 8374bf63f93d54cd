/** For each row of features the rows that are most like it: exact, in blocks, without a matrix of all pairs. */
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-node';
import { breathe, InterruptedError, interruptible } from '../../notebook/interrupt';
import { progressBar } from '../../notebook/progress-bar';
import { tf } from '../../tensorflow';

/** Two rows, the first one with the lower number, and how alike they are. */
export interface NearRows {
  a: number;
  b: number;
  /** Cosine of the angle between both, as seen from the mean of all rows, -1..1. */
  similarity: number;
}

/** Rows in a block: a product of two blocks has 4 MB. */
const blockRows = 1024;

/**
 * Each row with the rows that are most like it. The mean of all rows is subtracted first: features of some networks all point
 * the same way, and only what is left tells photos apart.
 *
 * @param rows float32 `[n, size]`; left as it is.
 * @param options `most`: at most so many neighbours of a row; `atLeast`: their lowest similarity; `verbose`: 0 shows no bar.
 * @returns each pair once, most alike first.
 * @throws InterruptedError after Kernel > Interrupt.
 */
export async function nearestRows(
  rows: Tensor2D,
  { most, atLeast, verbose = 0 }: { most: number; atLeast: number; verbose?: number },
): Promise<NearRows[]> {
  const n = rows.shape[0];
  const best = new Neighbours(n, { most, atLeast });
  const unit = unitRows(rows);
  try {
    const starts = Array.from({ length: Math.ceil(n / blockRows) }, (_, i) => i * blockRows);
    const progress = verbose && starts.length > 1 ? progressBar(n, { unit: 'rows' }) : undefined;
    await interruptible(async (interrupted) => {
      for (const start of starts) {
        for (const other of starts.filter((at) => at >= start)) {
          await breathe();
          if (interrupted())
            throw new InterruptedError('Interrupted while photos were compared. Run the cell again.');
          takeBlock(unit, { start, other, best });
        }
        progress?.update(Math.min(n, start + blockRows));
      }
    });
  } finally {
    unit.dispose();
  }
  return best.pairs();
}

/** The rows less their mean, each of length 1; one that is the mean itself stays 0. */
function unitRows(rows: Tensor2D): Tensor2D {
  return tf.tidy(() => {
    const centred = rows.sub(rows.mean(0));
    return centred.div(centred.norm('euclidean', 1, true).maximum(1e-12)) as Tensor2D;
  });
}

function takeBlock(
  unit: Tensor2D,
  { start, other, best }: { start: number; other: number; best: Neighbours },
): void {
  const block = (at: number): Tensor => unit.slice([at, 0], [Math.min(blockRows, unit.shape[0] - at), -1]);
  const similarities = tf.tidy(() => tf.matMul(block(start), block(other), false, true));
  const values = similarities.dataSync();
  const [height, width] = similarities.shape as [number, number];
  similarities.dispose();
  for (let i = 0; i < height; i++)
    for (let j = start === other ? i + 1 : 0; j < width; j++) {
      const value = values[i * width + j]!;
      if (value >= best.atLeast) best.add(start + i, other + j, value);
    }
}

/** The nearest rows of each row so far. */
class Neighbours {
  readonly atLeast: number;
  private readonly most: number;
  private readonly near: Int32Array;
  private readonly similarity: Float32Array;

  constructor(n: number, { most, atLeast }: { most: number; atLeast: number }) {
    this.most = most;
    this.atLeast = atLeast;
    this.near = new Int32Array(n * most).fill(-1);
    this.similarity = new Float32Array(n * most).fill(Number.NEGATIVE_INFINITY);
  }

  /** Takes a pair for both of its rows. */
  add(a: number, b: number, similarity: number): void {
    this.insert(a, b, similarity);
    this.insert(b, a, similarity);
  }

  /** Each pair once, most alike first. */
  pairs(): NearRows[] {
    const found = new Map<string, NearRows>();
    for (const [at, other] of this.near.entries()) {
      const row = Math.floor(at / this.most);
      if (other < 0) continue;
      const [a, b] = [Math.min(row, other), Math.max(row, other)];
      found.set(`${a} ${b}`, { a, b, similarity: this.similarity[at]! });
    }
    return [...found.values()].sort((x, y) => y.similarity - x.similarity || x.a - y.a || x.b - y.b);
  }

  /** By insertion: the most alike row stands first. */
  private insert(row: number, other: number, similarity: number): void {
    const first = row * this.most;
    let at = first + this.most - 1;
    if (similarity <= this.similarity[at]!) return;
    for (; at > first && this.similarity[at - 1]! < similarity; at--) {
      this.similarity[at] = this.similarity[at - 1]!;
      this.near[at] = this.near[at - 1]!;
    }
    this.similarity[at] = similarity;
    this.near[at] = other;
  }
}

/** `validationSplit`: holds out a fraction of the rows, drawn by seed from every class. */
import { createHash } from 'node:crypto';
import type { Tensor } from '@tensorflow/tfjs-node';
import { checkNumber, problem } from '../../check';
import { gatherRows } from '../../features/gather-rows';
import { provenanceOf } from '../../features/provenance';
import { permutation, seededRandom } from '../../random';
import { countsOf } from '../baseline';
import { type ClassIndices, classWord } from '../classes';

/** The rows of each split, ascending. */
export interface SplitRows {
  train: Int32Array;
  validation: Int32Array;
}

/** Makes this draw independent of the other draws with the same seed. */
const stream = 0x5eed;

/**
 * Draws a fraction of the rows of every class, at least one and never all. The order of the rows does not matter.
 * Rows of the same group stay together.
 *
 * @param labels one integer per row.
 * @param options `fraction`: above 0, below 1; `seed`; `groups`: the group of each row, by default each row is its own
 *   group; `classIndices`: names for messages.
 * @throws LittleDataError where a class has fewer than two rows, or fewer than two groups.
 */
export function splitRows(
  labels: Int32Array,
  options: { fraction: number; seed: number; groups?: readonly string[]; classIndices?: ClassIndices },
): SplitRows {
  const { fraction, seed, groups, classIndices } = options;
  checkNumber('validationSplit', fraction, { min: Number.EPSILON, max: 1 - Number.EPSILON });
  const counts = countsOf(labels);
  const wanted = counts.map((n) => Math.min(Math.max(Math.round(n * fraction), 1), n - 1));
  const taken = counts.map(() => 0);
  const members = groupRows(labels, groups);
  const order = permutation(members.length, seededRandom(seed, stream));
  const validation: number[] = [];
  const take = (rows: number[], room: (label: number) => number) => {
    // A photo in two class folders counts for the class of its first row.
    const label = labels[rows[0]!]!;
    if (rows.length > room(label)) return;
    taken[label]! += rows.length;
    validation.push(...rows);
  };
  for (const at of order) take(members[at]!, (label) => wanted[label]! - taken[label]!);
  // In some classes every group is larger than the fraction: these get one group, the smallest.
  const bySize = Array.from(order, (at) => members[at]!).sort((a, b) => a.length - b.length);
  for (const rows of bySize) take(rows, (label) => (taken[label] === 0 ? counts[label]! - 1 : 0));
  const chosen = new Set(validation);
  const train = Int32Array.from(labels.keys()).filter((row) => !chosen.has(row));
  const split = { train, validation: Int32Array.from(validation).sort() };
  checkSplits(labels, split, classIndices);
  return split;
}

/** Rows of one split: features and their labels. */
export interface SplitFeatures {
  features: Tensor;
  labels: Int32Array;
}

/**
 * Splits features and labels: a fraction of each class is held out, copies of a photo stay together, and the provenance
 * of each row goes with it. The caller disposes the features of both splits.
 */
export function splitFeatures(
  features: Tensor,
  labels: Int32Array,
  { fraction, seed }: { fraction: number; seed: number },
): { train: SplitFeatures; validation: SplitFeatures; rows: SplitRows } {
  const provenance = provenanceOf(features);
  const groups = duplicateGroups(features);
  const rows = splitRows(labels, { fraction, seed, groups, classIndices: provenance?.classIndices });
  const gather = (own: Int32Array): SplitFeatures => {
    return { features: gatherRows(features, own), labels: own.map((row) => labels[row]!) };
  };
  return { train: gather(rows.train), validation: gather(rows.validation), rows };
}

/** `Held out 160 of 802 rows for validation, drawn with seed 1: 80 of 'cats', 80 of 'dogs'`. */
export function splitWords(
  validationLabels: Int32Array,
  { rows, seed, classIndices }: { rows: number; seed: number; classIndices?: ClassIndices },
): string {
  const words = countsOf(validationLabels)
    .map((n, label) => `${n} of ${classWord(label, classIndices)}`)
    .join(', ');
  return `Held out ${validationLabels.length} of ${rows} rows for validation, drawn with seed ${seed}: ${words}`;
}

/** A group for each row. Copies of a photo have the same features, and so the same group. */
function duplicateGroups(features: Tensor): string[] {
  const values = features.dataSync();
  const size = values.length / features.shape[0]!;
  return Array.from({ length: features.shape[0]! }, (_, row) => {
    const own = values.subarray(row * size, (row + 1) * size);
    return createHash('sha1')
      .update(new Uint8Array(own.buffer, own.byteOffset, own.byteLength))
      .digest('base64');
  });
}

function groupRows(labels: Int32Array, groups?: readonly string[]): number[][] {
  if (!groups) return Array.from(labels.keys(), (row) => [row]);
  const byName = new Map<string, number[]>();
  for (const [row, name] of groups.entries()) {
    const rows = byName.get(name);
    if (rows) rows.push(row);
    else byName.set(name, [row]);
  }
  return [...byName.values()];
}

function checkSplits(labels: Int32Array, rows: SplitRows, classIndices?: ClassIndices): void {
  const splits = [rows.train, rows.validation].map((own) => countsOf(own.map((row) => labels[row]!)));
  for (const [label, total] of countsOf(labels).entries()) {
    if (total === 0 || splits.every((counts) => (counts[label] ?? 0) > 0)) continue;
    throw problem({
      where: '`validationSplit`',
      expected: `rows of ${classWord(label, classIndices)} for both splits`,
      found:
        total === 1 ? 'one row' : `${total} rows that can not be separated (copies of a photo stay together)`,
      next: 'Add photos of this class, or pass `validationData`.',
    });
  }
}

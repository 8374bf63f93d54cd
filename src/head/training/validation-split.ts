/** `validationSplit`: a share of the rows is held back, drawn by seed from every class. */
import { createHash } from 'node:crypto';
import type { Tensor } from '@tensorflow/tfjs-node';
import { checkNumber, problem } from '../../check';
import { type Provenance, provenanceOf, setProvenance } from '../../features/provenance';
import { permutation, seededRandom } from '../../random';
import { tf } from '../../tensorflow';
import { countsOf } from '../baseline';
import { type ClassIndices, classWord } from '../classes';
import { checkLabels, type Labels } from '../labels';

/** Which rows go where, each list ascending. */
export interface SplitRows {
  train: Int32Array;
  validation: Int32Array;
}

/** Keeps the draw apart from the others that are made with the same seed. */
const stream = 0x5eed;

/**
 * Draws a share of the rows of every class, in random order (so sorted rows are no harm), at least one and never all.
 * Rows of the same group stay on one side: `groups[i]` names the group of row i, by default each row is its own.
 *
 * @param labels one integer a row. @param options `share`: above 0, below 1; `seed`; `groups`; `classIndices` for messages.
 * @throws where a class has no two rows (or groups) to part.
 */
export function splitRows(
  labels: Int32Array,
  options: { share: number; seed: number; groups?: readonly string[]; classIndices?: ClassIndices },
): SplitRows {
  const { share, seed, groups, classIndices } = options;
  checkNumber('validationSplit', share, { min: Number.EPSILON, max: 1 - Number.EPSILON });
  const counts = countsOf(labels);
  const wanted = counts.map((n) => Math.min(Math.max(Math.round(n * share), 1), n - 1));
  const held = counts.map(() => 0);
  const members = groupRows(labels, groups);
  const order = permutation(members.length, seededRandom(seed, stream));
  const validation: number[] = [];
  const take = (rows: number[], room: (label: number) => number) => {
    // A photo that lies in two class folders counts for the class of its first row.
    const label = labels[rows[0]!]!;
    if (rows.length > room(label)) return;
    held[label]! += rows.length;
    validation.push(...rows);
  };
  for (const at of order) take(members[at]!, (label) => wanted[label]! - held[label]!);
  // Classes of which every group is larger than the share: one group, the smallest.
  const bySize = Array.from(order, (at) => members[at]!).sort((a, b) => a.length - b.length);
  for (const rows of bySize) take(rows, (label) => (held[label] === 0 ? counts[label]! - 1 : 0));
  const chosen = new Set(validation);
  const train = Int32Array.from(labels.keys()).filter((row) => !chosen.has(row));
  const split = { train, validation: Int32Array.from(validation).sort() };
  checkSides(labels, split, classIndices);
  return split;
}

/**
 * Parts features and labels for a run: a share of each class held back, copies of a photo on one side. Prints which.
 * The caller disposes the features of both parts.
 */
export function holdBack(
  features: Tensor,
  labels: Labels,
  { share, seed, verbose }: { share: number; seed: number; verbose: number },
): { train: [Tensor, Int32Array]; validation: [Tensor, Int32Array]; rows: SplitRows } {
  const classIndices = provenanceOf(features)?.classIndices;
  const values = checkLabels(labels, { features, name: 'train', classes: Number.MAX_SAFE_INTEGER });
  const rows = splitRows(values, { share, seed, groups: duplicateGroups(features), classIndices });
  if (verbose) console.log(splitWords(values, { rows, seed, classIndices }));
  return { ...partRows(features, values, rows), rows };
}

/** Features and labels parted by rows; where the rows came from goes with them. The caller disposes both tensors. */
function partRows(
  features: Tensor,
  labels: Int32Array,
  rows: SplitRows,
): { train: [Tensor, Int32Array]; validation: [Tensor, Int32Array] } {
  const provenance = provenanceOf(features);
  const part = (own: Int32Array): [Tensor, Int32Array] => {
    const taken = tf.tidy(() => tf.gather(features, tf.tensor1d(own, 'int32')));
    if (provenance) setProvenance(taken, provenanceOfRows(provenance, own));
    return [taken, own.map((row) => labels[row]!)];
  };
  return { train: part(rows.train), validation: part(rows.validation) };
}

/** A name for each row that rows with the same numbers share: copies of a photo have the same features. */
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

/** `Held back 160 of 802 rows for validation, drawn with seed 1: 80 of 'cats', 80 of 'dogs'`. */
function splitWords(
  labels: Int32Array,
  { rows, seed, classIndices }: { rows: SplitRows; seed: number; classIndices?: ClassIndices },
): string {
  const counts = countsOf(rows.validation.map((row) => labels[row]!));
  const words = counts.map((n, label) => `${n} of ${classWord(label, classIndices)}`).join(', ');
  return `Held back ${rows.validation.length} of ${labels.length} rows for validation, drawn with seed ${seed}: ${words}`;
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

function checkSides(labels: Int32Array, rows: SplitRows, classIndices?: ClassIndices): void {
  const sides = [rows.train, rows.validation].map((side) => countsOf(side.map((row) => labels[row]!)));
  for (const [label, total] of countsOf(labels).entries()) {
    if (total === 0 || sides.every((counts) => (counts[label] ?? 0) > 0)) continue;
    throw problem({
      where: '`validationSplit`',
      expected: `rows of ${classWord(label, classIndices)} for both sides`,
      found: total === 1 ? 'one row' : `${total} rows that can't be parted (copies of a photo stay together)`,
      next: 'Add photos of this class, or pass `validationData`.',
    });
  }
}

function provenanceOfRows(provenance: Provenance, rows: Int32Array): Provenance {
  const pick = <T>(list: readonly T[]) => Array.from(rows, (row) => list[row]!);
  return {
    recipe: provenance.recipe,
    classIndices: provenance.classIndices,
    filenames: pick(provenance.filenames),
    labels: pick(provenance.labels),
    hashes: provenance.hashes && pick(provenance.hashes),
  };
}

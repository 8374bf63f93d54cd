import assert from 'node:assert/strict';
import { test } from 'node:test';
import { distancesTo, familiarRows } from '../../src/numerics/familiar-rows';
import { quantile } from '../../src/numerics/quantile';
import { seededRandom } from '../../src/random';

const random = seededRandom(3);
const size = 6;
/** Two groups, high in the first and in the last three features. */
const x = Float32Array.from(
  { length: 40 * size },
  (_, at) => random() + (at % size < 3 === at < 20 * size ? 2 : 0),
);
const rows = { x, labels: new Int32Array(40), size };

/** 1 - cosine of the rows less the mean, to the fifth nearest other row: written anew, without rounding to int8. */
function plainDistances(): number[] {
  const own = Array.from({ length: 40 }, (_, row) => [...x.subarray(row * size, (row + 1) * size)]);
  const mean = Array.from({ length: size }, (_, k) => own.reduce((sum, values) => sum + values[k]! / 40, 0));
  const centred = own.map((values) => values.map((value, k) => value - mean[k]!));
  const dot = (a: number[], b: number[]) => a.reduce((sum, value, k) => sum + value * b[k]!, 0);
  return centred.map((a, i) => {
    const others = centred.filter((_, j) => j !== i);
    const distances = others.map((b) => 1 - dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b)));
    return distances.sort((p, q) => p - q)[4]!;
  });
}

test('familiarRows() has the quantile of the distances that rows have from one another', () => {
  const { threshold, neighbours } = familiarRows(rows, { references: 40, seed: 1, fraction: 0.9 });
  assert.equal(neighbours, 5);
  // int8 has steps of 1/127 of a row's largest feature.
  assert.ok(Math.abs(threshold - quantile(plainDistances(), 0.9)) < 0.01, String(threshold));
});

test('distancesTo() finds a row that points elsewhere far, and what was kept near', () => {
  const familiar = familiarRows(rows, { references: 20, seed: 1, fraction: 0.95 });
  const [own] = distancesTo(familiar, x.subarray(0, size));
  const [other] = distancesTo(familiar, Float32Array.of(9, -9, 0, 9, -9, 0));
  assert.ok(
    own! < familiar.threshold && other! > familiar.threshold,
    `${own} ${other} ${familiar.threshold}`,
  );
});

test('familiarRows() can be kept as JSON, and takes a sample', () => {
  const familiar = familiarRows(rows, { references: 8, seed: 1, fraction: 0.9 });
  assert.equal(Buffer.from(familiar.references, 'base64').length, 8 * size);
  const again = JSON.parse(JSON.stringify(familiar));
  assert.deepEqual(distancesTo(again, x), distancesTo(familiar, x));
});

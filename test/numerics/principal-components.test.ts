import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { before, test } from 'node:test';
import { principalComponents } from '../../src/numerics/principal-components';
import { tensorflowReady, tf } from '../../src/tensorflow';
import { close } from './references';

before(tensorflowReady);

/** By NumPy 2.4.6: see `principal-components.py`. */
const references: { n: number; size: number; variances: number[]; scores: number[] }[] = JSON.parse(
  fs.readFileSync(path.join(__dirname, 'principal-components.json'), 'utf8'),
);

function made(n: number, size: number) {
  const x = Float32Array.from({ length: n * size }, (_, at) => {
    const [i, k] = [Math.floor(at / size), at % size];
    return Math.sin(i * 12.9898 + k * 78.233 + i * k * 0.37) * 0.9 ** k + 3;
  });
  return { x, labels: new Int32Array(n), size };
}

for (const { n, size, variances, scores } of references)
  test(`principalComponents() of ${n} rows with ${size} features has NumPy's numbers, up to signs`, () => {
    const { numTensors } = tf.memory();
    const found = principalComponents(made(n, size), { components: 4 });
    assert.equal(tf.memory().numTensors, numTensors);
    for (const [k, variance] of variances.entries()) {
      // Sums of float32 products.
      close(found.variances[k]!, variance, 1e-5 * variances[0]!);
      const column = (values: ArrayLike<number>) =>
        Array.from({ length: n }, (_, row) => values[4 * row + k]!);
      const [own, wanted] = [column(found.scores), column(scores)];
      const sign = Math.sign(own.reduce((sum, value, row) => sum + value * wanted[row]!, 0));
      for (const [row, value] of own.entries()) close(sign * value, wanted[row]!, 2e-3);
    }
  });

test('principalComponents() gives the same numbers again, and zeros for rows that are all alike', () => {
  const rows = made(30, 10);
  assert.deepEqual(
    principalComponents(rows, { components: 3 }),
    principalComponents(rows, { components: 3 }),
  );
  const alike = { ...rows, x: new Float32Array(300).fill(2) };
  assert.ok(principalComponents(alike, { components: 2 }).scores.every((value) => value === 0));
});

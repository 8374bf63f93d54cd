import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { nearestRows } from '../../../src/insight/duplicates/nearest-rows';
import { seededRandom } from '../../../src/random';
import { tf } from '../../../src/tensorflow';

describe('nearestRows()', () => {
  test("has NumPy's neighbours and cosines", async () => {
    const rows = tf.tensor2d(
      Array.from({ length: 6 * 4 }, (_, i) => Math.sin(i * 12.9898) + Math.cos(i * 0.37)),
      [6, 4],
    );
    // NumPy 2.4.6: i = np.arange(24); x = (np.sin(i * 12.9898) + np.cos(i * 0.37)).reshape(6, 4); x -= x.mean(0);
    // x /= np.linalg.norm(x, axis=1, keepdims=True); c = x @ x.T; the largest of each row beside the row itself.
    const expected = [
      [1, 5, 0.99852743],
      [0, 4, 0.99614212],
      [2, 3, 0.48993403],
    ] as [number, number, number][];
    const found = await nearestRows(rows, { most: 1, atLeast: -1 });
    assert.deepEqual(
      found.map(({ a, b }) => [a, b]),
      expected.map(([a, b]) => [a, b]),
    );
    for (const [i, { similarity }] of found.entries())
      assert.ok(Math.abs(similarity - expected[i]![2]) < 1e-6, `${similarity}`);
  });

  test('finds the same across blocks as by comparing all with all', async () => {
    const random = seededRandom(2);
    const [n, size, most, atLeast] = [2100, 3, 2, 0.5];
    const own = Array.from({ length: n }, () => Array.from({ length: size }, () => random() - 0.5));
    const rows = tf.tensor2d(own);
    const found = await nearestRows(rows, { most, atLeast });
    rows.dispose();
    const mean = own[0]!.map((_, k) => own.reduce((sum, row) => sum + row[k]!, 0) / n);
    const unit = own.map((row) => {
      const centred = row.map((value, k) => value - mean[k]!);
      return centred.map((value) => value / Math.hypot(...centred));
    });
    const wanted = new Set<string>();
    for (let a = 0; a < n; a++) {
      const all = unit.map((row, b) => [b, row.reduce((sum, v, k) => sum + v * unit[a]![k]!, 0)] as const);
      const near = all.filter(([b, value]) => b !== a && value >= atLeast).sort((x, y) => y[1] - x[1]);
      for (const [b] of near.slice(0, most)) wanted.add(`${Math.min(a, b)} ${Math.max(a, b)}`);
    }
    // float32: of two neighbours that differ by less than its rounding either may come first.
    const missed = [...wanted].filter((pair) => !found.some(({ a, b }) => pair === `${a} ${b}`));
    assert.ok(missed.length <= n / 200, `${missed.length} of ${wanted.size} missed`);
    assert.ok(found.length <= wanted.size + n / 200);
  });

  test('leaves out rows that are less alike, and leaves no tensor', async () => {
    const rows = tf.tensor2d([
      [1, 0],
      [0.9, 0.1],
      [-1, 0],
      [-0.1, -1],
    ]);
    const before = tf.memory().numTensors;
    const found = await nearestRows(rows, { most: 3, atLeast: 0.95 });
    assert.deepEqual(
      found.map(({ a, b }) => [a, b]),
      [[0, 1]],
    );
    assert.equal(tf.memory().numTensors, before);
  });
});

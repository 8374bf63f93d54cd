import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { permutation, seededRandom } from '../src/random';

describe('seededRandom()', () => {
  // Made with NumPy's uint32 arithmetic from PractRand's sfc32 (12 rounds first) seeded through splitmix32.
  const expected: [number[], number[]][] = [
    [[0], [504414164, 82726654, 3175959390, 4232311506]],
    [[1], [1988522858, 1183117920, 916255116, 3727218525]],
    [[42], [3274050375, 869073962, 1274539978, 766585174]],
    [
      [1, 2],
      [144462211, 1438453884, 3371909929, 1895392920],
    ],
    [[-1], [1360387508, 3127554025, 1786174782, 121156471]],
    [[2 ** 32 + 1], [2945986794, 4122900951, 1569857445, 4022006338]],
  ];
  for (const [seeds, numbers] of expected)
    test(`gives sfc32's sequence for ${seeds.join(', ')}`, () => {
      const random = seededRandom(...seeds);
      assert.deepEqual(
        numbers.map(() => random() * 2 ** 32),
        numbers,
      );
    });

  test('stays in [0, 1) and is spread evenly', () => {
    const random = seededRandom(3);
    const counts = new Array<number>(10).fill(0);
    for (let i = 0; i < 10_000; i++) {
      const value = random();
      assert(value >= 0 && value < 1);
      counts[Math.floor(value * 10)]!++;
    }
    // Binomial, n 10,000, p 0.1: the standard deviation is 30, and 150 is five of them.
    for (const count of counts) assert(Math.abs(count - 1000) < 150, String(counts));
  });
});

describe('permutation()', () => {
  test('holds each of 0..n-1 once', () => {
    for (const n of [0, 1, 2, 17, 1000]) {
      const order = permutation(n, seededRandom(5));
      assert(order instanceof Int32Array);
      assert.deepEqual(
        [...order].sort((a, b) => a - b),
        Array.from({ length: n }, (_, i) => i),
      );
    }
  });

  test('is that of Fisher and Yates over the same numbers, as Python gives it', () => {
    assert.deepEqual([...permutation(10, seededRandom(7))], [7, 2, 0, 3, 5, 6, 8, 4, 9, 1]);
  });

  test('is the same for the same seed, and another for another', () => {
    const of = (seed: number) => permutation(100, seededRandom(seed)).join();
    assert.equal(of(1), of(1));
    assert.notEqual(of(1), of(2));
  });
});

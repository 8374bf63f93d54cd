import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { baselineOf, baselineWords, countsOf, entropyOf } from '../../src/head/baseline';

const labels = Int32Array.of(0, 0, 0, 1, 3);

describe('baselineOf()', () => {
  test('is the fraction of the largest class', () => {
    assert.deepEqual(baselineOf(labels), { label: 0, fraction: 0.6 });
  });

  test('takes the first of several as large', () => {
    assert.deepEqual(baselineOf(Int32Array.of(1, 0, 1, 0)), { label: 0, fraction: 0.5 });
  });
});

describe('baselineWords()', () => {
  test('names the class, or its number where nobody named it', () => {
    assert.equal(
      baselineWords(labels, { cats: 0, dogs: 1, fish: 2, owls: 3 }),
      "always saying 'cats' would be right in 60.0%",
    );
    assert.equal(baselineWords(Int32Array.of(1)), 'always saying class 1 would be right in 100.0%');
  });
});

test('countsOf() counts each label, 0 for one that no row has', () => {
  assert.deepEqual(countsOf(labels), [3, 1, 0, 1]);
  assert.deepEqual(countsOf(new Int32Array()), []);
});

test("entropyOf() is the labels' entropy in nats", () => {
  // scipy.stats.entropy([3, 1, 1])
  assert.ok(Math.abs(entropyOf(labels) - 0.9502705392332347) < 1e-12);
  assert.ok(Math.abs(entropyOf(Int32Array.of(0, 1)) - Math.LN2) < 1e-12);
  assert.equal(entropyOf(Int32Array.of(0, 0)), 0);
});

test('entropyOf() with weights is the least loss of a head that gives every row the same prediction', () => {
  const [labels, weights] = [Int32Array.of(0, 0, 0, 1), [1, 1, 1, 5]];
  const lossAt = (p: number) => (-3 * Math.log(1 - p) - 5 * Math.log(p)) / 4;
  const least = Math.min(...Array.from({ length: 9999 }, (_, i) => lossAt((i + 1) / 10000)));
  assert.ok(Math.abs(entropyOf(labels, weights) - least) < 1e-6);
});

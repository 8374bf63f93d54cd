import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { provenanceOf } from '../../../src/features/provenance';
import { splitFeatures, splitRows, splitWords } from '../../../src/head/training/validation-split';
import { tf } from '../../../src/tensorflow';
import { fromFolders, learnable } from '../data';

const sorted = Int32Array.from({ length: 100 }, (_, i) => (i < 70 ? 0 : i < 90 ? 1 : 2));
const countsIn = (rows: Int32Array, labels = sorted) =>
  [0, 1, 2].map((label) => rows.filter((row) => labels[row] === label).length);

describe('splitRows()', () => {
  test('takes the fraction of every class from labels that are sorted', () => {
    const { train, validation } = splitRows(sorted, { fraction: 0.2, seed: 1 });
    assert.deepEqual(countsIn(validation), [14, 4, 2]);
    assert.deepEqual(countsIn(train), [56, 16, 8]);
  });

  test('puts every row on one side', () => {
    const { train, validation } = splitRows(sorted, { fraction: 0.3, seed: 1 });
    assert.deepEqual(
      [...train, ...validation].sort((a, b) => a - b),
      [...sorted.keys()],
    );
    assert.deepEqual(
      [...validation],
      [...validation].sort((a, b) => a - b),
    );
  });

  test('draws: not the last rows of a class, and by seed', () => {
    const of = (seed: number) => [...splitRows(sorted, { fraction: 0.2, seed }).validation];
    assert.deepEqual(of(1), of(1));
    assert.notDeepEqual(of(1), of(2));
    assert.notDeepEqual(
      of(1).slice(0, 14),
      Array.from({ length: 14 }, (_, i) => 56 + i),
    );
  });

  test('leaves one row of each class on each side at least', () => {
    const labels = Int32Array.of(0, 0, 1, 1);
    for (const fraction of [0.01, 0.99])
      for (const rows of Object.values(splitRows(labels, { fraction, seed: 3 })))
        assert.deepEqual(countsIn(rows, labels), [1, 1, 0]);
  });

  test('keeps groups on one side, also where each is larger than the fraction', () => {
    const labels = Int32Array.of(0, 0, 0, 0, 1, 1, 1, 1);
    const groups = ['a', 'a', 'b', 'b', 'c', 'd', 'e', 'c'];
    for (let seed = 0; seed < 20; seed++) {
      const { train, validation } = splitRows(labels, { fraction: 0.25, seed, groups });
      const sides = [train, validation].map((rows) => new Set(Array.from(rows, (row) => groups[row])));
      assert.ok([...sides[0]!].every((group) => !sides[1]!.has(group)));
      assert.ok(validation.length >= 3);
    }
  });

  test('says which class can not be parted', () => {
    assert.throws(
      () => splitRows(Int32Array.of(0, 0, 1), { fraction: 0.5, seed: 1, classIndices: { cats: 0, dogs: 1 } }),
      /`validationSplit`: expected rows of 'dogs' for both splits, found one row\. Add photos/,
    );
    assert.throws(
      () => splitRows(Int32Array.of(0, 0, 1, 1), { fraction: 0.5, seed: 1, groups: ['a', 'b', 'c', 'c'] }),
      /rows of class 1 for both splits, found 2 rows that can not be separated/,
    );
  });

  test('wants a fraction between 0 and 1', () => {
    for (const fraction of [0, 1, -0.1, Number.NaN, '0.2' as unknown as number])
      assert.throws(() => splitRows(sorted, { fraction, seed: 1 }), /`validationSplit`: expected a number/);
  });
});

describe('splitFeatures()', () => {
  test('splits features, labels and photos alike', () => {
    const { features, labels } = learnable({ rows: 20 });
    fromFolders(features, labels);
    const values = features.arraySync() as number[][][][];
    const splits = splitFeatures(features, Int32Array.from(labels), { fraction: 0.2, seed: 5 });
    for (const side of ['train', 'validation'] as const) {
      const { features: tensor, labels: own } = splits[side];
      const rows = [...splits.rows[side]];
      assert.deepEqual(
        tensor.arraySync(),
        rows.map((row) => values[row]),
      );
      assert.deepEqual(
        [...own],
        rows.map((row) => labels[row]),
      );
      assert.deepEqual(provenanceOf(tensor)!.labels, [...own]);
      assert.deepEqual(
        provenanceOf(tensor)!.filenames,
        rows.map((row) => `${['cats', 'dogs'][labels[row]!]}/${row}.jpg`),
      );
    }
  });

  test('keeps copies of a photo, which have the same features, on one side', () => {
    const { features, labels } = learnable({ rows: 20 });
    // Row 2 a copy of row 1, row 18 one of row 17.
    const copied = tf.gather(
      features,
      [0, 1, 1, ...Array.from({ length: 17 }, (_, i) => i + 3)].map((row) => (row === 18 ? 17 : row)),
    );
    for (let seed = 0; seed < 20; seed++) {
      const { rows, train, validation } = splitFeatures(copied, Int32Array.from(labels), {
        fraction: 0.3,
        seed,
      });
      const side = (row: number) => rows.validation.includes(row);
      assert.equal(side(1), side(2));
      assert.equal(side(17), side(18));
      tf.dispose([train.features, validation.features]);
    }
  });
});

test('splitWords() counts the held-out rows of each class', () => {
  const words = splitWords(Int32Array.of(0, 0, 1), { rows: 20, seed: 5, classIndices: { cats: 0, dogs: 1 } });
  assert.match(words, /3 of 20 rows .* seed 5: 2 of 'cats', 1 of 'dogs'$/);
});

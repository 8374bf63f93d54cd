import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Split } from '../../../src/datasets/split/split';
import { splitText } from '../../../src/datasets/split/split-text';

const split: Split = {
  trainDir: '/s/train',
  validationDir: '/s/validation',
  counts: { train: { a: 3, b: 2 }, validation: { a: 1, b: 0 } },
  files: { linked: 0, copied: 6, kept: 0, removed: 0 },
  leftOut: Array.from({ length: 12 }, (_, i) => ({ filename: `a/${i}`, reason: 'empty file' })),
  duplicates: [['a/1', 'b/1']],
};

test('splitText() says what was done, which class is empty, and what was left out', () => {
  const lines = splitText(split, { wasSplit: false, notTaken: '1 other file', relabelled: 2 }).split('\n');
  assert.equal(lines[0], '/s/train: 3 a, 2 b; /s/validation: 1 a, 0 b');
  assert.equal(lines[1], 'Files: 6 copied.');
  assert.match(lines[2]!, /no photo of b in \/s\/validation/);
  assert.match(lines[3]!, /1 groups \(a\/1, b\/1\)/);
  assert.match(lines[4]!, /labels\.csv: 2/);
  assert.match(lines[5]!, /1 other file/);
  assert.equal(lines.filter((line) => line.includes('(empty file)')).length, 10);
  assert.match(lines.at(-1)!, /2 more/);
});

test('splitText() sums up many classes, and says that photos were split already', () => {
  const many = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`c${i}`, i + 1]));
  const counts = { train: many, validation: many };
  const text = splitText(
    { ...split, counts, leftOut: [], duplicates: [] },
    { wasSplit: true, notTaken: '', relabelled: 0 },
  );
  assert.match(text, /45 photos of 9 classes \(1 to 9 each\)/);
  assert.match(text, /split already/);
});

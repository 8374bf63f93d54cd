import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classScans, warningsOf } from '../../../src/datasets/scan/class-scans';
import type { ScannedPhoto } from '../../../src/datasets/scan/scan-findings';

const photos = (className: string, usable: number, broken = 0): ScannedPhoto[] => [
  ...Array.from({ length: usable }, (_, i) => ({ filename: `${className}/${i}`, className, usable: true })),
  ...Array.from({ length: broken }, (_, i) => ({
    filename: `${className}/x${i}`,
    className,
    usable: false,
    reason: 'empty file',
  })),
];

test('classScans() counts each class, also one without photos', () => {
  assert.deepEqual(classScans(['a', 'b', 'c'], [...photos('a', 3, 2), ...photos('b', 1)]), [
    { className: 'a', found: 5, usable: 3, fraction: 0.75, leftOut: { 'empty file': 2 } },
    { className: 'b', found: 1, usable: 1, fraction: 0.25, leftOut: {} },
    { className: 'c', found: 0, usable: 0, fraction: 0, leftOut: {} },
  ]);
});

test('warningsOf() warns of what endangers a result, and of nothing else', () => {
  const of = (sizes: number[], duplicates: string[][] = []) => {
    const all = sizes.flatMap((size, i) => photos('abc'[i]!, size));
    const classes = classScans([...'abc'].slice(0, sizes.length), all);
    const imbalance = Math.max(...sizes) / Math.min(...sizes);
    return warningsOf({ layout: 'class folders', classes, imbalance, duplicates, photos: all });
  };
  assert.deepEqual(of([20, 200]), []);
  assert.match(of([19, 20]).join(), /^Under 20 usable photos: a 19\.$/);
  assert.match(of([20, 201]).join(), /201 photos to 20/);
  assert.match(of([30]).join(), /Only one class/);
  assert.deepEqual(of([20, 20], [['a/1', 'a/2']]), []);
  assert.match(of([20, 20], [['a/1', 'b/2']]).join(), /a\/1 = b\/2/);
});

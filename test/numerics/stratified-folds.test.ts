import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stratifiedFolds } from '../../src/numerics/stratified-folds';

const labels = Int32Array.from({ length: 50 }, (_, i) => Number(i >= 30));
const inPart = (parts: Int32Array, part: number, label: number) =>
  labels.filter((own, row) => own === label && parts[row] === part).length;

test('stratifiedFolds() has as many rows of each class in each part', () => {
  const parts = stratifiedFolds(labels, { folds: 5, seed: 1 });
  for (let part = 0; part < 5; part++)
    assert.deepEqual([inPart(parts, part, 0), inPart(parts, part, 1)], [6, 4]);
  assert.deepEqual(stratifiedFolds(labels, { folds: 5, seed: 1 }), parts);
  assert.notDeepEqual(stratifiedFolds(labels, { folds: 5, seed: 2 }), parts);
});

test('stratifiedFolds() keeps a group in one part, also across classes', () => {
  const groups = labels.map((_, row) => Math.floor(row / 4));
  const parts = stratifiedFolds(labels, { folds: 5, seed: 1, groups });
  for (const [row, group] of groups.entries()) assert.equal(parts[row], parts[4 * group]);
  assert.equal(new Set(parts).size, 5);
});

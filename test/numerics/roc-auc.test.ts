import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rankingOf, rocAuc } from '../../src/numerics/roc-auc';

const labels = [0, 1, 0, 1, 1, 0];
const ranking = rankingOf([0.1, 0.4, 0.4, 0.35, 0.8, 0.4], (row) => labels[row] === 1);

test('rocAuc() counts ties half', () => {
  // scikit-learn 1.9.1: roc_auc_score([0, 1, 0, 1, 1, 0], [0.1, 0.4, 0.4, 0.35, 0.8, 0.4])
  const all = rocAuc(ranking, Int32Array.of(1, 1, 1, 1, 1, 1));
  assert.ok(Math.abs(all - 6 / 9) < 1e-12);
});

test('rocAuc() counts rows as often as they are drawn', () => {
  // scikit-learn 1.9.1: the same with sample_weight=[2, 0, 1, 1, 1, 1]
  const drawn = rocAuc(ranking, Int32Array.of(2, 0, 1, 1, 1, 1));
  assert.ok(Math.abs(drawn - 0.75) < 1e-12);
  assert.ok(Number.isNaN(rocAuc(ranking, Int32Array.of(1, 0, 1, 0, 0, 1))));
});

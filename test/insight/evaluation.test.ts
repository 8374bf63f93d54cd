import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type evaluationBundle, withTable } from '../../src/insight/evaluation';
import { displayName } from '../../src/notebook/display';

const figures = { support: 3, precision: 0.5, recall: Number.NaN, f1: 2 / 3 };
const evaluation = {
  ...{ loss: 0.25, acc: 0.75, baseline: 0.5, baselineClass: '<b>', brier: 0.1, auc: Number.NaN, photos: [] },
  perClass: [
    {
      ...{ ...figures, className: 'a<b' },
      intervals: { precision: [0.1, 0.9], recall: [0, 1], f1: [Number.NaN, Number.NaN] },
    },
  ],
  intervals: { acc: [0.6, 0.85], loss: [0.1, 0.4], brier: [0.05, 0.2], auc: [Number.NaN, Number.NaN] },
} as Parameters<typeof evaluationBundle>[0];

test('a cell that ends in an evaluation shows its figures with their intervals', async () => {
  const shown = withTable(evaluation) as unknown as Record<symbol, () => Record<string, string>>;
  const { 'text/html': html, 'text/plain': text } = shown[displayName]!();
  for (const part of ['0.750', '0.600 to 0.850', 'unknown']) {
    assert.ok(html!.includes(part));
    assert.ok(text!.includes(part));
  }
  assert.ok(html!.includes('a&#60;b') && !html!.includes('<b>'));
  assert.ok(text!.includes('0.500 (0.100 to 0.900)'));
  assert.deepEqual(JSON.parse(JSON.stringify(evaluation)).acc, 0.75);
});

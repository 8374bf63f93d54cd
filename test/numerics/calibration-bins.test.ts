import assert from 'node:assert/strict';
import { test } from 'node:test';
import { calibrationBins, calibrationError } from '../../src/numerics/calibration-bins';
import { softmax } from '../../src/numerics/softmax';
import { close, references, sureLogits } from './references';

test("calibrationError() is NumPy's, of 15 bins", () => {
  for (const { n, classes, temperature, before, after } of references.temperatures) {
    const { logits, labels } = sureLogits(n, classes);
    for (const [t, expected] of [
      [1, before],
      [temperature, after],
    ] as const) {
      const p = softmax(logits, { classes, temperature: t });
      const rows = Array.from(labels, (_, row) => p.subarray(row * classes, (row + 1) * classes));
      const confidences = rows.map((own) => Math.max(...own));
      const right = rows.map((own, row) => own.indexOf(confidences[row]!) === labels[row]);
      close(calibrationError(calibrationBins(confidences, { right, bins: 15 })), expected, 1e-9);
    }
  }
});

test('calibrationBins() puts a border into the bin below it, and 0 into the first', () => {
  const bins = calibrationBins([0, 0.5, 0.51, 1], { right: [true, false, true, true], bins: 2 });
  assert.deepEqual(
    bins.map(({ count, acc }) => [count, acc]),
    [
      [2, 0.5],
      [2, 1],
    ],
  );
  close(bins[1]!.confidence, 0.755, 1e-15);
});

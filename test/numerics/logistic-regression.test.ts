import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classLogits, logisticRegression, lossAndErrors } from '../../src/numerics/logistic-regression';
import { crossEntropy } from '../../src/numerics/softmax';
import { close } from './references';

// Its coefficients are compared with scikit-learn's in `test/head/fit-linear.test.ts`.
test('classLogits() has the loss of lossAndErrors(), for two classes and for more', () => {
  for (const classes of [2, 3]) {
    const labels = Int32Array.from({ length: 24 }, (_, i) => i % classes);
    const x = Float32Array.from(
      { length: 96 },
      (_, i) => Math.sin(i * 12.9898) + (i % 4 === labels[i >> 2] ? 1 : 0),
    );
    const rows = { x, labels, size: 4 };
    const coefficients = logisticRegression(rows, { classes, strength: 1 });
    const logits = classLogits(rows, { classes, coefficients });
    assert.equal(logits.length, 24 * classes);
    const { loss } = lossAndErrors(rows, { classes, coefficients });
    close(crossEntropy(logits, { labels, classes }), loss / 24, 1e-12);
  }
});

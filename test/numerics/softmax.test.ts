import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crossEntropy, softmax } from '../../src/numerics/softmax';
import { close, references, sureLogits } from './references';

test("crossEntropy() is SciPy's mean of log_softmax, at any temperature", () => {
  for (const { n, classes, temperature, losses } of references.temperatures) {
    const { logits, labels } = sureLogits(n, classes);
    close(crossEntropy(logits, { labels, classes }), losses[0], 1e-12);
    close(crossEntropy(logits, { labels, classes, temperature }), losses[1], 1e-12);
  }
});

test('softmax() has probabilities that sum to 1, also of logits that exp() has no number for', () => {
  // 1 / (1 + exp(-2)).
  const p = softmax([0, 2, 5000, 1000], { classes: 2 });
  close(p[1]!, 0.8807970779778823, 1e-15);
  assert.deepEqual([...p.slice(2)], [1, 0]);
  close(softmax([0, 2], { classes: 2, temperature: 2 })[1]!, 0.7310585786300049, 1e-15);
});

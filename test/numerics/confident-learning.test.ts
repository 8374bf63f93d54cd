import assert from 'node:assert/strict';
import { test } from 'node:test';
import { confidentLearning } from '../../src/numerics/confident-learning';
import { softmax } from '../../src/numerics/softmax';
import { close, references, sureLogits } from './references';

test("confidentLearning() has cleanlab's thresholds, confident joint and ranking", () => {
  for (const { n, classes, thresholds, joint, suspects } of references.confident) {
    const { logits, labels } = sureLogits(n, classes);
    const found = confidentLearning(softmax(logits, { classes, temperature: 2 }), { labels, classes });
    for (const [k, expected] of thresholds.entries()) close(found.thresholds[k]!, expected, 1e-12);
    assert.deepEqual(found.joint, joint);
    assert.deepEqual(
      found.suspects.map(({ row }) => row),
      suspects,
    );
  }
});

test('confidentLearning() suspects no row of a class alone, and suggests no class without rows', () => {
  const found = confidentLearning([0.9, 0.1, 0, 0.2, 0.3, 0.5], { labels: Int32Array.of(0, 0), classes: 3 });
  assert.deepEqual(found.joint, [
    [1, 0, 0],
    [0, 0, 0],
    [0, 0, 0],
  ]);
  assert.deepEqual(found.suspects, []);
});

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { modelPart } from '../../src/export/model-part';
import { tensorflowReady, tf } from '../../src/tensorflow';

before(tensorflowReady);

test('modelPart() gives layers and weights in one order, and leaves no tensor', async () => {
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ units: 2, inputShape: [2], name: 'first' }),
      tf.layers.dense({ units: 1, name: 'second' }),
    ],
  });
  const values = [[1, 2, 3, 4], [5, 6], [7, 8], [9]];
  const shapes = [[2, 2], [2], [2, 1], [1]];
  const tensors = values.map((own, i) => tf.tensor(own, shapes[i]!));
  model.setWeights(tensors);
  const { numTensors } = tf.memory();
  const { chain, weights } = await modelPart(model);
  assert.equal(tf.memory().numTensors, numTensors);
  assert.deepEqual(chain.layers.map(({ name }) => name).slice(-2), ['first', 'second']);
  assert.deepEqual(
    weights.weightSpecs.map(({ name }) => name),
    ['first/kernel', 'first/bias', 'second/kernel', 'second/bias'],
  );
  assert.deepEqual([...new Float32Array(weights.weightData)], values.flat());
});

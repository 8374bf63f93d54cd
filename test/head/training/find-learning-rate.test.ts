import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LayersModel } from '@tensorflow/tfjs-node';
import { findLearningRate } from '../../../src';
import { buildHead } from '../../../src/head/build-head';
import { tf } from '../../../src/tensorflow';
import { learnable } from '../data';

const { features, labels } = learnable({ rows: 64 });
const weightsOf = (model: LayersModel) => model.getWeights().map((weight) => [...weight.dataSync()]);
const head = () => buildHead({ inputShape: [2, 2, 4], seed: 1, units: 8, dropout: 0 });

test('findLearningRate() suggests a rate at which the loss falls, and leaves the head as it was', async () => {
  const model = head();
  const before = weightsOf(model);
  const tensors = tf.memory().numTensors;
  const { learningRates, losses, suggestion } = await findLearningRate(features, labels, {
    ...{ model, from: 1e-5, to: 100, steps: 80, verbose: 0 },
  });
  assert.deepEqual(weightsOf(model), before);
  assert.equal(tf.memory().numTensors, tensors);
  assert.ok(Math.abs(learningRates[0]! / 1e-5 - 1) < 1e-9);
  assert.ok(Math.abs(learningRates[1]! / learningRates[0]! - 1e7 ** (1 / 79)) < 1e-9);
  const at = learningRates.indexOf(suggestion);
  assert.ok(losses[at + 1]! < losses[at]!);
  assert.ok(suggestion > 1e-4 && suggestion < 10, `${suggestion}`);
});

test('findLearningRate() gives the same curve for the same seed, and refuses ends that are reversed', async () => {
  const options = { steps: 20, verbose: 0, seed: 5 };
  const [one, other] = [
    await findLearningRate(features, labels, options),
    await findLearningRate(features, labels, options),
  ];
  assert.deepEqual(one, other);
  await assert.rejects(findLearningRate(features, labels, { from: 1, to: 0.1 }), /`from` below `to`/);
});

test('findLearningRate() ends where the loss has diverged', async () => {
  // Labels that the features do not tell: a large rate can only make it worse.
  const drawn = labels.map((_, i) => ((i * 7) % 3) % 2);
  const { losses, learningRates } = await findLearningRate(features, drawn, {
    ...{ model: head(), from: 1e-5, to: 1000, steps: 100, verbose: 0 },
  });
  assert.ok(losses.length < 100, `${losses.length} steps`);
  assert.equal(losses.length, learningRates.length);
  assert.ok(Math.max(...losses) <= 4 * Math.min(...losses));
});

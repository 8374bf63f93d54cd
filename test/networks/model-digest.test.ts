import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { modelDigest } from '../../src/networks/model-digest';
import { tensorflowReady, tf } from '../../src/tensorflow';
import { tinyNetwork } from '../features/tiny';

before(tensorflowReady);

test('modelDigest() is that of the numbers and the layers, not of their names', () => {
  const digest = modelDigest(tinyNetwork().model);
  assert.equal(modelDigest(tinyNetwork().model), digest);
  assert.notEqual(modelDigest(tinyNetwork({ weight: 0.02 }).model), digest);
  assert.notEqual(modelDigest(tinyNetwork({ filters: 4 }).model), digest);
});

test('modelDigest() sees weights and settings that changed since it was asked last', () => {
  const { model } = tinyNetwork();
  const digest = modelDigest(model);
  const weights = model.getWeights().map((weight) => weight.clone());
  model.setWeights(weights.map((weight) => weight.add(1)));
  assert.notEqual(modelDigest(model), digest);
  model.setWeights(weights);
  assert.equal(modelDigest(model), digest);
  const layer = model.layers.at(-1)!;
  layer.trainable = !layer.trainable;
  assert.notEqual(modelDigest(model), digest);
});

test('modelDigest() tells networks apart that are wired otherwise', () => {
  const wired = (order: 'once' | 'twice') => {
    const input = tf.input({ shape: [4] });
    const a = tf.layers.activation({ activation: 'relu' }).apply(input) as typeof input;
    const b = tf.layers
      .activation({ activation: 'relu' })
      .apply(order === 'once' ? input : a) as typeof input;
    const outputs = tf.layers.add().apply([a, b]) as typeof input;
    return tf.model({ inputs: input, outputs });
  };
  assert.notEqual(modelDigest(wired('once')), modelDigest(wired('twice')));
  assert.equal(modelDigest(wired('once')), modelDigest(wired('once')));
});

test('modelDigest() stays the same when the model becomes a part of another', () => {
  const { model } = tinyNetwork();
  const digest = modelDigest(model);
  const input = tf.input({ shape: [4, 4, 3] });
  tf.model({ inputs: input, outputs: model.apply(input) as typeof input });
  assert.equal(modelDigest(model), digest);
});

import assert from 'node:assert/strict';
import path from 'node:path';
import { afterEach, before, beforeEach, test } from 'node:test';
import * as v from 'valibot';
import { namePreprocessing } from '../../src/datasets/batches/preprocessing';
import { recipeSchema } from '../../src/features/provenance';
import { modelDigest, recipeOf } from '../../src/features/recipe';
import { tensorflowReady, tf } from '../../src/tensorflow';
import { flow, photoFolder, temporary, tinyNetwork } from './tiny';

before(tensorflowReady);

let photos: string;
let remove: () => void;
beforeEach(() => {
  const made = temporary();
  remove = made.remove;
  photos = photoFolder(path.join(made.dir, 'photos'), { cats: 1, dogs: 1 });
});
afterEach(() => remove());

test('recipeOf() says all that makes a row what it is', () => {
  const { model } = tinyNetwork();
  const named = namePreprocessing('recipe.test', <T>(x: T) => x);
  const generator = flow(photos, { rescale: 0.5, preprocessingFunction: named, exifOrientation: 'ignore' });
  const found = recipeOf(model, generator.photos.preparation, { precision: 'bfloat16' })!;
  const { digest, ...preprocessing } = found.preprocessing;
  assert.match(digest!, /^[0-9a-f]{16}$/);
  assert.deepEqual(
    { ...found, preprocessing },
    {
      model: modelDigest(model),
      targetSize: [4, 4],
      preprocessing: { rescale: 0.5, function: 'recipe.test' },
      resampling: 'nearest',
      exifOrientation: 'ignore',
      precision: 'bfloat16',
    },
  );
  assert.equal(recipeOf(model, flow(photos).photos.preparation)!.precision, 'float32');
  assert.equal(
    recipeOf(model, flow(photos, { preprocessingFunction: (x) => x }).photos.preparation),
    undefined,
  );
});

test('recipeSchema makes the recipe of an earlier version whole', () => {
  const recipe = recipeOf(tinyNetwork().model, flow(photos).photos.preparation)!;
  const { precision: _precision, resampling: _resampling, ...earlier } = recipe;
  assert.deepEqual(v.parse(recipeSchema, earlier), recipe);
  assert.equal(v.parse(recipeSchema, { ...recipe, precision: 'bfloat16' }).precision, 'bfloat16');
});

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

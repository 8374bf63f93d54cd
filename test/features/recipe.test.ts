import assert from 'node:assert/strict';
import path from 'node:path';
import { afterEach, before, beforeEach, test } from 'node:test';
import * as v from 'valibot';
import { namePreprocessing } from '../../src/datasets/batches/preprocessing';
import { recipeSchema } from '../../src/features/provenance';
import { recipeOf } from '../../src/features/recipe';
import { modelDigest } from '../../src/networks/model-digest';
import { tensorflowReady } from '../../src/tensorflow';
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

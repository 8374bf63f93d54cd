import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import * as v from 'valibot';
import {
  networkOf,
  type WorkerSettings,
  workerSettings,
  workerSettingsSchema,
} from '../../../src/features/cluster/worker-settings';
import { recipeOf } from '../../../src/features/recipe';
import { modelDigest } from '../../../src/networks/model-digest';
import { photoFolder, temporary } from '../tiny';
import { flowOf, lite0, settingsFor } from './lite0';

let place: ReturnType<typeof temporary>;
let settings: WorkerSettings;
before(async () => {
  place = temporary();
  ({ settings } = await settingsFor(photoFolder(path.join(place.dir, 'photos'), { cats: 2 })));
});
after(async () => {
  (await lite0()).dispose();
  place.remove();
});

describe('settings for workers', () => {
  test('travel as JSON', () => {
    assert.deepEqual(v.parse(workerSettingsSchema, JSON.parse(JSON.stringify(settings))), settings);
  });

  test('give the same network and preparation, by the digest and by the name', async () => {
    const { photos } = await flowOf(path.join(place.dir, 'photos'));
    for (const base of [undefined, { name: 'EfficientNetLite0', pooling: 'avg' } as const]) {
      const { model, preparation } = await networkOf({ ...settings, ...(base && { base }) });
      assert.equal(modelDigest(model), settings.recipe.model);
      assert.deepEqual(recipeOf(model, preparation), settings.recipe);
      assert.deepEqual(preparation, photos.preparation);
    }
  });

  test('are refused by a worker that would make other rows, naming what differs', async () => {
    const base = { name: 'EfficientNetLite0', pooling: 'max' } as const;
    await assert.rejects(networkOf({ ...settings, base }), /expected the same model as the process/);
    const preprocessing = { ...settings.recipe.preprocessing, digest: '0'.repeat(16) };
    await assert.rejects(
      networkOf({ ...settings, recipe: { ...settings.recipe, preprocessing } }),
      /expected the same preprocessing .*same version of this project/,
    );
  });

  test('are refused where workers can not know the network or the preprocessing', () => {
    const { recipe } = settings;
    assert.throws(() => workerSettings(undefined, settings), /without a name/);
    const other = { ...recipe, model: 'f'.repeat(64) };
    assert.throws(() => workerSettings(other, settings), /another network \(SHA-256 ffffffffffff/);
    const named = workerSettings(other, settings, { base: { name: 'net/model.json' } });
    assert.deepEqual(named.base, { name: path.resolve('net/model.json') });
  });
});

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Tensor } from '@tensorflow/tfjs-node';
import { type FlowOptions, ImageDataGenerator } from '../../../src';
import { sampleFolder } from '../../../src/datasets/tutorial/sample-folder';
import { predictGenerator } from '../../../src/features/predict-generator';
import { provenanceOf } from '../../../src/features/provenance';
import { buildHead } from '../../../src/head/build-head';
import { setHeadMetadata } from '../../../src/head/head-metadata';
import { predictFolder } from '../../../src/head/prediction/predict-folder';
import { predictPhoto } from '../../../src/head/prediction/predict-photo';
import { decodePhoto } from '../../../src/images/decode-photo';
import { resizePhoto } from '../../../src/images/resize-photo';
import { tensorflowReady, tf } from '../../../src/tensorflow';
import { temporary, tinyNetwork } from '../../features/tiny';

let place: ReturnType<typeof temporary>;
let folder: string;
before(async () => {
  await tensorflowReady();
  place = temporary();
  folder = path.join(place.dir, 'photos');
  for (const animal of ['cat', 'dog']) {
    fs.mkdirSync(path.join(folder, animal), { recursive: true });
    for (const n of [0, 1]) {
      const name = `${animal}.${n}.jpg`;
      fs.copyFileSync(path.join(sampleFolder, name), path.join(folder, animal, name));
    }
  }
});
after(() => place.remove());

const flow = (options: FlowOptions) =>
  new ImageDataGenerator().flowFromDirectory(folder, {
    ...{ targetSize: [24, 16], classMode: null, shuffle: false, verbose: 0, batchSize: 4, ...options },
  });
const centred = { interpolation: 'bicubic', crop: 'center', cropFraction: 0.5 } as const;

describe('flowFromDirectory() with an interpolation and a crop', () => {
  test('gives the pixels of resizePhoto()', async () => {
    for await (const { x } of flow(centred)) {
      const file = path.join(folder, 'cat', 'cat.0.jpg');
      const wanted = resizePhoto(await decodePhoto(file), {
        ...{ targetSize: [24, 16], interpolation: 'bicubic', cropFraction: 0.5 },
      });
      assert.deepEqual(Array.from(x.slice([0], [1]).dataSync()), Array.from(wanted));
      x.dispose();
    }
    assert.equal(flow({ crop: 'center' }).cropFraction, 0.875);
    assert.equal(flow({}).cropFraction, undefined);
  });

  test('keeps features that were made otherwise apart, and says how they were made', async () => {
    const { model, batches } = tinyNetwork();
    const made: Tensor[] = [];
    for (const options of [
      {},
      { interpolation: 'bicubic' } as const,
      centred,
      { ...centred, cropFraction: 0.6 },
    ])
      made.push(await predictGenerator(model, flow(options), { verbose: 0 }));
    assert.equal(batches.length, 4, 'nothing came from the store');
    const recipes = made.map((features) => provenanceOf(features)!.recipe!);
    assert.deepEqual(
      recipes.map(({ resampling, cropFraction }) => [resampling, cropFraction]),
      [
        ['nearest', undefined],
        ['bicubic', undefined],
        ['bicubic', 0.5],
        ['bicubic', 0.6],
      ],
    );
    tf.dispose(made);
  });

  test('is what predictPhoto() and predictFolder() do for a head that was trained so', async () => {
    const { model: base } = tinyNetwork();
    const generator = flow(centred);
    const features = await predictGenerator(base, generator, { verbose: 0 });
    const head = buildHead({ inputShape: features.shape.slice(1), units: 0, seed: 1 });
    setHeadMetadata(head, provenanceOf(features)!);
    const expected = Array.from((head.predict(features) as Tensor).dataSync());
    const found = await Promise.all(generator.filepaths.map((file) => predictPhoto(file, { head, base })));
    const all = await predictFolder(folder, { head, base, verbose: 0 });
    for (const [i, probability] of expected.entries())
      for (const one of [found[i]!, all[i]!])
        assert.ok(
          Math.abs(one.probabilities.dog! - probability) < 1e-5,
          `${one.photo}: ${one.probabilities.dog}`,
        );
  });

  test('refuses what is none', () => {
    assert.throws(() => flow({ interpolation: 'cubic' as 'bicubic' }), /`interpolation`: expected one of/);
    assert.throws(() => flow({ crop: 'top' as 'center' }), /`crop`/);
    assert.throws(() => flow({ cropFraction: 0.5 }), /`cropFraction`: expected `crop: 'center'`/);
    for (const cropFraction of [0, 1.5])
      assert.throws(() => flow({ crop: 'center', cropFraction }), /`cropFraction`/);
  });
});

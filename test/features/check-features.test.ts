import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, before, beforeEach, test } from 'node:test';
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import { checkFeatures } from '../../src/features/check-features';
import { np } from '../../src/features/np';
import { predictGenerator } from '../../src/features/predict-generator';
import { tensorflowReady, tf } from '../../src/tensorflow';
import { flow, photoFolder, picture, printed, temporary, tinyNetwork } from './tiny';

before(tensorflowReady);

let dir: string;
let photos: string;
let remove: () => void;
let model: LayersModel;
let features: Tensor;
beforeEach(async () => {
  ({ dir, remove } = temporary());
  photos = photoFolder(path.join(dir, 'photos'), { cats: 3, dogs: 3 });
  ({ model } = tinyNetwork());
  const file = path.join(dir, 'features.npy');
  const computed = await predictGenerator(model, flow(photos), { verbose: 0 });
  np.save(file, computed);
  computed.dispose();
  features = np.load(file);
});
afterEach(() => {
  features.dispose();
  remove();
});

const file = (name: string) => path.join(photos, name);

function refuses(message: RegExp, options?: Parameters<typeof flow>[1]): Promise<void> {
  return assert.rejects(checkFeatures(features, { generator: flow(photos, options), model }), message);
}

test('checkFeatures() takes features that fit the folder and the network', async () => {
  await checkFeatures(features, { generator: flow(photos), model });
  await checkFeatures(features, { generator: flow(photos, { batchSize: 1 }) });
});

test('checkFeatures() names photos that were changed, added, removed or renamed', async () => {
  fs.writeFileSync(file('cats/cats.001.png'), picture(99));
  await refuses(/found cats\/cats\.001\.png has changed\./);
  fs.writeFileSync(file('cats/cats.001.png'), picture(1));
  fs.writeFileSync(file('cats/more.png'), picture(50));
  await refuses(/found cats\/more\.png was added\./);
  fs.rmSync(file('cats/more.png'));
  fs.renameSync(file('cats/cats.002.png'), file('dogs/renamed.png'));
  await refuses(/found cats\/cats\.002\.png is called dogs\/renamed\.png now\./);
  fs.rmSync(file('dogs/renamed.png'));
  await refuses(/found cats\/cats\.002\.png was removed\./);
  for (let i = 0; i < 7; i++) fs.writeFileSync(file(`dogs/x${i}.png`), picture(60 + i));
  await refuses(/cats\.002\.png was removed; .*dogs\/x3\.png was added; and 3 more/);
});

test('checkFeatures() names what was made otherwise', async () => {
  await refuses(/the targetSize \[6,4\], found \[4,4\]/, { targetSize: [6, 4] });
  await refuses(/the rescale 0\.5, found 1/, { rescale: 0.5 });
  await refuses(/the exifOrientation "ignore", found "apply"/, { exifOrientation: 'ignore' });
  await refuses(/the preprocessingFunction "one without a name", found null/, {
    preprocessingFunction: (x) => x,
  });
  const other = tinyNetwork({ weight: 0.5 }).model;
  await assert.rejects(
    checkFeatures(features, { generator: flow(photos), model: other }),
    /the network \(SHA-256\) "[0-9a-f]{64}", found "[0-9a-f]{64}"/,
  );
});

test('checkFeatures() names classes that are others', async () => {
  fs.mkdirSync(file('birds'));
  fs.copyFileSync(file('cats/cats.000.png'), file('birds/b.png'));
  await refuses(/the classes birds \(0\), cats \(1\), dogs \(2\), found cats \(0\), dogs \(1\)/);
});

test('checkFeatures() finds labels that are not those of the folders', async () => {
  const generator = flow(photos);
  generator.classes[4] = 0;
  await assert.rejects(
    checkFeatures(features, { generator }),
    /row 4: expected dogs\/dogs\.001\.png with the label 0, found dogs\/dogs\.001\.png with the label 1/,
  );
});

test('checkFeatures() does not miss a photo that could not be read', async () => {
  fs.writeFileSync(file('cats/broken.png'), '');
  await printed(async () => {
    const again = await predictGenerator(model, flow(photos), { verbose: 0 });
    await checkFeatures(again, { generator: flow(photos), model });
    again.dispose();
  });
});

test('checkFeatures() refuses features that nothing is known about', async () => {
  const plain = tf.tensor([1]);
  await assert.rejects(checkFeatures(plain, { generator: flow(photos) }), /nothing is known about/);
  plain.dispose();
});

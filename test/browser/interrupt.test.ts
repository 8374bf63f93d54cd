import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { needs } from '../fixtures/skip';
import { findChromium, Lab } from './lab';
import { menu, outputText, runCell, startCell, waitForText } from './notebook';

const chromium = findChromium();
let lab: Lab;

before(async () => {
  if (chromium) lab = await Lab.start();
});
after(() => lab?.stop());

const isThere = (context: Parameters<typeof needs>[0]) =>
  needs(context, chromium, 'no Chromium is installed (Debian: apt install chromium)');
const mayFail = { mayFail: true };

test('Interrupt Kernel stops extraction, and the cell run again computes only what is missing', async (context) => {
  if (!isThere(context)) return;
  // The preprocessing counts the photos that really go to the network, and two of the fixed picture in each run.
  lab.write('extraction.ipynb', [
    `import { applications, ImageDataGenerator, keep, namePreprocessing, photosOrSample, predictGenerator, splitDataset } from 'little-data';
     const split = await splitDataset(photosOrSample(), { train: [0, 23], validation: [24, 24] });
     const vgg16 = keep('vgg16', await applications.VGG16({ includeTop: false, weights: 'imagenet' }));
     const count = { photos: 0 };`,
    `const preprocessingFunction = namePreprocessing('counted', (pixels) => {
       count.photos += pixels.shape[0];
       return applications.vgg16.preprocessInput(pixels);
     });
     const generator = new ImageDataGenerator({ preprocessingFunction }).flowFromDirectory(split.trainDir, {
       targetSize: [150, 150], batchSize: 2, classMode: null, shuffle: false,
     });`,
    `const features = keep('features', await predictGenerator(vgg16, generator));
     console.log('shape', features.shape[0], 'computed', count.photos);`,
  ]);
  const page = await lab.open('extraction.ipynb');
  await runCell(page, 0);
  await runCell(page, 1);
  await startCell(page, 2);
  await waitForText(page, 2, /[1-9]\d*\/48 \[/);
  await menu(page, 'Kernel', 'Interrupt Kernel');
  const [, done] = await waitForText(
    page,
    2,
    /InterruptedError: Interrupted after (\d+) of 48 photos\. .*Run the cell again/,
    mayFail,
  );
  assert.ok(Number(done) > 0 && Number(done) < 48, `after ${done}`);
  assert.doesNotMatch(await outputText(page, 2), /\n +at /, 'no stack trace');

  await runCell(page, 2, mayFail);
  await waitForText(page, 2, /shape 48 computed 52/);
  await lab.close(page);
});

test('Interrupt Kernel stops training, and the cell run again goes on in the epoch', async (context) => {
  if (!isThere(context)) return;
  lab.write('training.ipynb', [
    `import * as tf from '@tensorflow/tfjs-node';
     import { buildHead, keep, trainHead } from 'little-data';
     const features = keep('features', tf.randomUniform([64, 4, 4, 512], 0, 1, 'float32', 1));
     const labels = Array.from({ length: 64 }, (_, i) => i % 2);`,
    `const model = keep('head', buildHead({ inputShape: [4, 4, 512], seed: 1 }));
     const { history } = await trainHead(features, labels, { model, epochs: 100000, verbose: 2, seed: 1, learningRate: 0.00001 });`,
  ]);
  const page = await lab.open('training.ipynb');
  await runCell(page, 0);
  await startCell(page, 1);
  await waitForText(page, 1, /Epoch +3\/100000/);
  await menu(page, 'Kernel', 'Interrupt Kernel');
  const interrupted = /InterruptedError: Training was interrupted in epoch (\d+) of 100000/;
  const [, epoch] = await waitForText(page, 1, interrupted, mayFail);

  await startCell(page, 1);
  await waitForText(page, 1, new RegExp(`resumed in epoch ${epoch}`), mayFail);
  const [, first] = await waitForText(page, 1, /Epoch +(\d+)\/100000/, mayFail);
  assert.equal(first, epoch, 'the first epoch of the second run');
  await menu(page, 'Kernel', 'Interrupt Kernel');
  const [, later] = await waitForText(page, 1, interrupted, mayFail);
  assert.ok(Number(later) > Number(epoch), `interrupted in epoch ${epoch}, then in ${later}`);
  await lab.close(page);
});

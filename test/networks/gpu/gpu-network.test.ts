import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { gpuNetwork } from '../../../src/networks/gpu/gpu-network';
import { cpuNetwork } from '../../../src/networks/network-for';
import { preprocessInput } from '../../../src/networks/vgg16';
import { tensorflowReady, tf } from '../../../src/tensorflow';
import { differenceOf, noise, plain, smallNetwork, softwareThread } from './software';

before(tensorflowReady);

/** float32 rounds each of some hundred additions by 6e-8; two ways to order them differ by less than this. */
const rounding = 1e-5;

test('gives the features that the processor gives, photo by photo', async (context) => {
  const thread = await softwareThread(context);
  if (!thread) return;
  const model = smallNetwork();
  const photos = [noise(64), noise(64, 5), noise(64, 11)];
  const preparation = { ...plain(64), rescale: 1 / 255 };
  const wanted = await (await cpuNetwork(model, 'float32')).rows(photos, preparation);
  const network = await gpuNetwork(model, thread);
  const found = await network.rows(photos, preparation);
  assert.deepEqual(found.shape, [3, 5]);
  assert.deepEqual([...wanted.shape], [...found.shape]);
  assert(differenceOf(found.values, wanted.values) < rounding);
  const alone = await network.rows(photos.slice(1, 2), preparation);
  assert(differenceOf(alone.values, wanted.values.slice(5, 10)) < rounding);
});

test('prepares pixels on the card, and on the processor where a table does not do', async (context) => {
  const thread = await softwareThread(context);
  if (!thread) return;
  const model = smallNetwork();
  const network = await gpuNetwork(model, thread);
  const cpu = await cpuNetwork(model, 'float32');
  const centre = (x: Parameters<typeof preprocessInput>[0]) => tf.tidy(() => x.sub(x.mean()));
  for (const preprocessingFunction of [preprocessInput, centre as typeof preprocessInput]) {
    // An odd number of bytes, which does not fill the last word.
    const preparation = { targetSize: [33, 35] as const, rescale: 0.01, preprocessingFunction };
    const photo = noise(64).slice(0, 33 * 35 * 3);
    const [found, wanted] = [await network.rows([photo], preparation), await cpu.rows([photo], preparation)];
    assert(differenceOf(found.values, wanted.values) < rounding);
  }
});

test('runs other layers as TensorFlow.js does', async (context) => {
  const thread = await softwareThread(context);
  if (!thread) return;
  const model = tf.sequential({
    layers: [
      tf.layers.conv2d({ filters: 4, kernelSize: 3, strides: 2, inputShape: [16, 16, 3] }),
      tf.layers.batchNormalization({
        gammaInitializer: tf.initializers.constant({ value: 1.5 }),
        movingMeanInitializer: tf.initializers.constant({ value: 3 }),
      }),
      tf.layers.activation({ activation: 'swish' }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 7, activation: 'softmax' }),
    ],
  });
  const wanted = await (await cpuNetwork(model, 'float32')).rows([noise(16)], plain(16));
  const found = await (await gpuNetwork(model, thread)).rows([noise(16)], plain(16));
  assert.deepEqual(found.shape, [1, 7]);
  assert(differenceOf(found.values, wanted.values) < rounding);
});

test('has the weights that the model has now', async (context) => {
  const thread = await softwareThread(context);
  if (!thread) return;
  const model = smallNetwork();
  const first = await gpuNetwork(model, thread);
  assert.equal(await gpuNetwork(model, thread), first);
  const [kernel, ...others] = model.getWeights();
  model.setWeights([kernel!.add(0.1), ...others]);
  const network = await gpuNetwork(model, thread);
  const wanted = await (await cpuNetwork(model, 'float32')).rows([noise(32)], plain(32));
  const found = await network.rows([noise(32)], plain(32));
  assert(differenceOf(found.values, wanted.values) < rounding);
  // The earlier weights are not kept on the card.
  const { tensors } = await thread.ask({ do: 'memory' });
  assert.equal(tensors, model.getWeights().length);
});

test('50 batches leave no tensor behind, here or on the card', async (context) => {
  const thread = await softwareThread(context);
  if (!thread) return;
  const network = await gpuNetwork(smallNetwork(), thread);
  await network.rows([noise(32)], plain(32));
  const [here, card] = [tf.memory().numTensors, await thread.ask({ do: 'memory' })];
  for (let i = 0; i < 25; i++)
    await Promise.all([network.rows([noise(32)], plain(32)), network.rows([noise(32, 3)], plain(32))]);
  assert.deepEqual(await thread.ask({ do: 'memory' }), card);
  assert.equal(tf.memory().numTensors, here);
});

test('tells how large the largest tensor of a photo is', async (context) => {
  const thread = await softwareThread(context);
  if (!thread) return;
  // The first convolution's 8 channels of float32.
  assert.equal(await (await gpuNetwork(smallNetwork(), thread)).largest([32, 32]), 32 * 32 * 8 * 4);
});

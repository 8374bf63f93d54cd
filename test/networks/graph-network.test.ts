import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import { np } from '../../src/features/np';
import { graphNetwork, hasBfloat16 } from '../../src/networks/graph-network';
import { VGG16 } from '../../src/networks/vgg16';
import { backend, tf } from '../../src/tensorflow';

const native = backend === 'tensorflow' ? false : 'needs the native TensorFlow';
const bfloat16 = native || (hasBfloat16() ? false : 'needs a processor with bfloat16');
const reference = process.env.LITTLE_DATA_REFERENCE;

const { conv2d, maxPooling2d, flatten } = tf.layers;

/** Every padding, strides, dilation, with and without bias, ReLU and linear. */
function chain(): LayersModel {
  const random = (seed: number) => ({ kernelInitializer: tf.initializers.glorotUniform({ seed }) });
  const layers = [
    conv2d({
      filters: 5,
      kernelSize: 3,
      padding: 'same',
      activation: 'relu',
      inputShape: [40, 24, 3],
      ...random(1),
    }),
    maxPooling2d({ poolSize: [2, 3], strides: [2, 1] }),
    conv2d({
      filters: 4,
      kernelSize: [3, 2],
      strides: [2, 1],
      useBias: false,
      trainable: false,
      ...random(2),
    }),
    maxPooling2d({ poolSize: 2, padding: 'same' }),
    conv2d({
      filters: 3,
      kernelSize: 2,
      dilationRate: 2,
      activation: 'relu',
      biasInitializer: tf.initializers.randomNormal({ seed: 3 }),
      ...random(4),
    }),
  ];
  return tf.sequential({ layers });
}

/** The largest difference of two tensors, and its size in proportion to `b` (L2). */
function difference(a: Tensor, b: Tensor): { largest: number; relative: number } {
  return tf.tidy(() => {
    const d = a.sub(b);
    return { largest: d.abs().max().dataSync()[0]!, relative: d.norm().div(b.norm()).dataSync()[0]! };
  });
}

test('run() gives what model.predict gives', { skip: native }, async () => {
  const model = chain();
  const network = await graphNetwork(model);
  for (const rows of [1, 5]) {
    const x = tf.randomNormal([rows, 40, 24, 3], 0, 1, 'float32', rows);
    const [found, expected] = [await network!.run(x), model.predict(x) as Tensor];
    assert.deepEqual(found.shape, expected.shape);
    assert.equal(found.dtype, 'float32');
    // Float32 sums in another order.
    assert.ok(difference(found, expected).largest < 1e-5);
  }
  network!.dispose();
});

test('run() takes the weights that the model has now, and leaves no tensor behind', {
  skip: native,
}, async () => {
  const model = chain();
  const x = tf.ones([2, 40, 24, 3]);
  const before = tf.memory().numTensors;
  const network = await graphNetwork(model);
  for (let run = 0; run < 3; run++) {
    tf.tidy(() => model.setWeights(model.getWeights().map((weight) => weight.mul(0.9))));
    const [found, expected] = [await network!.run(x), model.predict(x) as Tensor];
    assert.ok(difference(found, expected).largest < 1e-5);
    tf.dispose([found, expected]);
  }
  network!.dispose();
  assert.equal(tf.memory().numTensors, before);
});

test('graphNetwork() loads a model once, and again after dispose()', { skip: native }, async () => {
  const model = chain();
  const sessions = tf.node.getNumOfSavedModels();
  const [network, same] = await Promise.all([graphNetwork(model), graphNetwork(model)]);
  assert.equal(same, network);
  assert.equal(tf.node.getNumOfSavedModels(), sessions + 1);
  network!.dispose();
  network!.dispose();
  assert.equal(tf.node.getNumOfSavedModels(), sessions);
  const again = await graphNetwork(model);
  assert.notEqual(again, network);
  const y = await again!.run(tf.ones([1, 40, 24, 3]));
  assert.deepEqual(y.shape, [1, ...(model.outputShape as number[]).slice(1)]);
  again!.dispose();
});

test('run() gives what branches, depthwise convolutions and means give', { skip: native }, async () => {
  const input = tf.input({ shape: [9, 7, 3] });
  const { activation, add, depthwiseConv2d, globalAveragePooling2d } = tf.layers;
  const wide = conv2d({ filters: 6, kernelSize: 1, activation: 'relu6' }).apply(input) as typeof input;
  const deep = depthwiseConv2d({ kernelSize: 3, padding: 'same', depthMultiplier: 1 }).apply(wide);
  const strided = depthwiseConv2d({ kernelSize: 5, strides: 2, depthMultiplier: 2, useBias: false });
  const sum = add().apply([activation({ activation: 'relu6' }).apply(deep) as typeof input, wide]);
  const outputs = globalAveragePooling2d({}).apply(strided.apply(sum) as typeof input) as typeof input;
  const model = tf.model({ inputs: input, outputs });
  const network = await graphNetwork(model);
  const x = tf.randomNormal([4, 9, 7, 3], 0, 5, 'float32', 1);
  const [found, expected] = [await network!.run(x), model.predict(x) as Tensor];
  assert.deepEqual(found.shape, [4, 12]);
  // Float32 sums in another order.
  assert.ok(difference(found, expected).relative < 1e-6);
  network!.dispose();
});

test('graphNetwork() is undefined for models that it does not serve', { skip: native }, async () => {
  const inputShape = [8, 8, 3];
  const start = () => conv2d({ filters: 2, kernelSize: 3, padding: 'same', inputShape });
  const input = tf.input({ shape: inputShape });
  const [a, b, c] = [1, 2, 3].map(() => start().apply(input) as typeof input);
  const three = tf.layers.add().apply([a!, b!, c!]) as typeof input;
  const beside = tf.layers.concatenate().apply([a!, b!]) as typeof input;
  for (const model of [
    tf.sequential({ layers: [start(), flatten()] }),
    tf.sequential({ layers: [conv2d({ filters: 2, kernelSize: 3, activation: 'elu', inputShape })] }),
    tf.sequential({
      layers: [conv2d({ filters: 2, kernelSize: 3, dataFormat: 'channelsFirst', inputShape })],
    }),
    tf.model({ inputs: input, outputs: three }),
    tf.model({ inputs: input, outputs: beside }),
  ]) {
    assert.equal(await graphNetwork(model), undefined);
  }
});

test('graphNetwork() says why there is no bfloat16', { skip: native }, async () => {
  const model = tf.sequential({ layers: [flatten({ inputShape: [8, 8, 3] })] });
  await assert.rejects(
    graphNetwork(model, { precision: 'bfloat16' }),
    /expected .* found a model with other layers/,
  );
  await assert.rejects(
    graphNetwork(model, { precision: 'float16' as 'float32' }),
    /`precision`: expected one of/,
  );
  if (hasBfloat16()) return;
  await assert.rejects(
    graphNetwork(chain(), { precision: 'bfloat16' }),
    /found a processor without bfloat16/,
  );
});

test('run() in bfloat16 gives float32 close to model.predict', { skip: bfloat16 }, async () => {
  const model = chain();
  const network = await graphNetwork(model, { precision: 'bfloat16' });
  const x = tf.randomNormal([5, 40, 24, 3], 0, 1, 'float32', 1);
  const found = await network!.run(x);
  assert.equal(found.dtype, 'float32');
  const { relative } = difference(found, model.predict(x) as Tensor);
  // bfloat16 has 8 bits: each of the three convolutions rounds its numbers by up to 1/256.
  assert.ok(relative > 0 && relative < 3 / 256, String(relative));
  network!.dispose();
});

for (const [precision, unavailable] of [
  ['float32', native],
  ['bfloat16', bfloat16],
] as const) {
  const skip =
    unavailable || (reference ? false : 'needs LITTLE_DATA_REFERENCE, the folder of the reference arrays');
  test(`run() gives Keras' features of the reference photos in ${precision}`, { skip }, async () => {
    const model = await VGG16({ includeTop: false });
    const network = await graphNetwork(model, { precision });
    for (const split of ['train', 'validation']) {
      const pixels = await np.load(path.join(reference!, `${split}_pixels.npy`));
      const expected = await np.load(path.join(reference!, `${split}_features_rescale.npy`));
      const found = await network!.run(pixels.toFloat().div(255));
      const { largest, relative } = difference(found, expected);
      if (precision === 'float32') assert.ok(largest < 1e-4, String(largest));
      else assert.ok(relative < 1e-2, String(relative));
      tf.dispose([pixels, expected, found]);
    }
    network!.dispose();
    model.dispose();
  });
}

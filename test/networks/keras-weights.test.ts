import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { LayersModel } from '@tensorflow/tfjs-node';
import type { H5Layer } from '../../src/formats/h5';
import { readKerasWeights, setKerasWeights } from '../../src/networks/keras-weights';
import { tensorflowReady, tf } from '../../src/tensorflow';

let model: LayersModel;
before(async () => {
  await tensorflowReady();
  model = tf.sequential({
    layers: [
      tf.layers.conv2d({ name: 'conv', filters: 1, kernelSize: 1, inputShape: [4, 4, 1] }),
      tf.layers.batchNormalization({ name: 'norm' }),
    ],
  });
});
after(() => model.dispose());

const weight = (name: string, shape: number[], value: number) => ({
  name,
  shape,
  data: Float32Array.of(value),
});
const conv = (name: string): H5Layer => ({
  name,
  weights: [weight(`${name}/kernel:0`, [1, 1, 1, 1], 1), weight(`${name}/bias:0`, [1], 2)],
});
const norm = (name: string): H5Layer => ({
  name,
  weights: ['gamma', 'beta', 'moving_mean', 'moving_variance'].map((kind, i) =>
    weight(`${name}/${kind}:0`, [1], i + 3),
  ),
});
const set = (...layers: H5Layer[]) => setKerasWeights(model, { layers, where: 'x.h5' });
const values = () =>
  model.layers.flatMap((layer) => layer.getWeights().map((tensor) => tensor.dataSync()[0]));

const zeroed = () => {
  for (const layer of model.layers)
    layer.setWeights(layer.getWeights().map((tensor) => tf.zerosLike(tensor)));
};

test('setKerasWeights() takes layers and weights by name, in any order', () => {
  zeroed();
  const { name, weights } = norm('norm');
  set({ name, weights: [...weights].reverse() }, conv('conv'));
  assert.deepEqual(values(), [1, 2, 3, 4, 5, 6]);
});

test('setKerasWeights() takes the numbered weights of Keras 3', () => {
  zeroed();
  const numbered = ({ name, weights }: H5Layer): H5Layer => ({
    name,
    weights: weights.map((one, i) => ({ ...one, name: String(i) })),
  });
  set(numbered(norm('norm')), numbered(conv('conv')));
  assert.deepEqual(values(), [1, 2, 3, 4, 5, 6]);
});

test("setKerasWeights() takes layers of an earlier Keras' names in their order", () => {
  zeroed();
  set(conv('mobl0_conv'), norm('bn0_conv'));
  assert.deepEqual(values(), [1, 2, 3, 4, 5, 6]);
  zeroed();
  set(conv('conv'), norm('bn0_conv'));
  assert.deepEqual(values(), [1, 2, 3, 4, 5, 6]);
});

test('setKerasWeights() names what does not fit, and leaves the model', () => {
  zeroed();
  const refuses = (message: RegExp, ...layers: H5Layer[]) =>
    assert.throws(() => set(...layers), { name: 'LittleDataError', message });
  refuses(/found norm\/gamma \[1\] is missing; .*moving_variance \[1\] is missing\./, conv('conv'));
  refuses(/other \[1, 1, 1, 1\] \+ \[1\] is extra/, conv('conv'), norm('norm'), conv('other'));
  refuses(/norm\/gamma \[1\] is missing; .*; bn .* is extra/, norm('bn'), conv('conv'));
  refuses(/conv\/kernel \[1, 1, 1, 1\] is missing/, norm('bn0_conv'), conv('mobl0_conv'));
  const nan = { name: 'conv', weights: [weight('kernel', [1, 1, 1, 1], Number.NaN), weight('bias', [1], 2)] };
  refuses(/found NaN in the layer "conv"/, nan, norm('norm'));
  assert.deepEqual(values(), [0, 0, 0, 0, 0, 0]);
});

test("readKerasWeights() names Keras' file where it is missing", async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'little-data-keras-'));
  const place = path.join(folder, 'none.h5');
  const network = { name: 'ResNet50', file: 'published.h5', fetched: 'resnet50' };
  await assert.rejects(readKerasWeights(place, network), {
    name: 'LittleDataError',
    message:
      /none\.h5: .* no such file\. .*npm run weights -- resnet50.*keras\.applications\.ResNet50\(include_top=False\)/,
  });
  fs.writeFileSync(place, 'no HDF5');
  await assert.rejects(readKerasWeights(place, network), /no HDF5 file/);
  fs.rmSync(folder, { recursive: true });
});

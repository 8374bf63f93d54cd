/** Heads of many layers go to Keras and come back, and Keras' own heads are read, with the same predictions. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import { np } from '../../src/features/np';
import { buildHead } from '../../src/head/build-head';
import { loadHead } from '../../src/head/load-head';
import { saveHead } from '../../src/head/save-head';
import { kerasConfigOf, modelOfKerasConfig } from '../../src/networks/keras-config';
import { tf } from '../../src/tensorflow';
import { near } from '../head/data';
import { keras, withoutKeras } from '../head/keras';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'little-data-keras-config-'));
after(() => fs.rmSync(folder, { recursive: true }));

const { layers } = tf;
const inputShape = [2, 2, 4];
const dense = (activation: string, units = 8, more = {}) =>
  layers.dense({ units, activation, ...more } as never);
const flatten = () => layers.flatten({ inputShape });

/** Heads that a person may build, by name. */
const heads: Record<string, () => LayersModel> = {
  ...Object.fromEntries(
    ['elu', 'gelu', 'linear', 'relu', 'relu6', 'selu', 'softplus', 'softsign', 'swish', 'tanh'].map(
      (name) => [name, () => tf.sequential({ layers: [flatten(), dense(name), dense('sigmoid', 1)] })],
    ),
  ),
  'softmax of two': () => tf.sequential({ layers: [flatten(), dense('softmax', 2)] }),
  'three layers': () =>
    tf.sequential({ layers: [flatten(), dense('tanh'), dense('relu', 4), dense('softmax', 3)] }),
  'without bias': () =>
    tf.sequential({ layers: [flatten(), dense('relu', 8, { useBias: false }), dense('sigmoid', 1)] }),
  pooled: () =>
    tf.sequential({
      layers: [layers.globalAveragePooling2d({ inputShape } as never), dense('relu'), dense('sigmoid', 1)],
    }),
  'batch norm': () =>
    tf.sequential({ layers: [flatten(), layers.batchNormalization(), dense('relu'), dense('sigmoid', 1)] }),
  regularized: () =>
    tf.sequential({
      layers: [
        flatten(),
        dense('relu', 8, {
          kernelRegularizer: 'l1l2',
          kernelConstraint: tf.constraints.maxNorm({ maxValue: 2, axis: 0 }),
        }),
        layers.leakyReLU({ alpha: 0.2 }),
        layers.layerNormalization(),
        layers.dropout({ rate: 0.25 }),
        dense('sigmoid', 1),
      ],
    }),
  standardised: () => buildHead({ inputShape, seed: 1, units: 3, pooling: 'avg', standardize: x }),
  functional: () => {
    const input = tf.input({ shape: inputShape });
    const flat = layers.flatten().apply(input) as never;
    return tf.model({
      inputs: input,
      outputs: dense('sigmoid', 1).apply(dense('tanh').apply(flat)) as never,
    });
  },
};

/** The head with weights that are not the initial ones, so that biases and moving averages count. */
function made(name: string): LayersModel {
  const head = heads[name]!();
  head.setWeights(head.getWeights().map((weight) => weight.add(0.1)));
  return head;
}

const x = tf.randomNormal([5, ...inputShape], 0, 1, 'float32', 3);
const predictions = (head: LayersModel) => (head.predict(x) as Tensor).dataSync();

describe('a head with', () => {
  for (const name of Object.keys(heads))
    test(`${name}: saved and loaded it gives the same predictions`, async () => {
      const head = made(name);
      const file = path.join(folder, 'head.h5');
      await saveHead(head, file);
      const loaded = await loadHead(file);
      assert.deepEqual(predictions(loaded), predictions(head));
      const again = kerasConfigOf(loaded, 'x');
      assert.deepEqual(kerasConfigOf(await modelOfKerasConfig(again, 'x'), 'x'), again);
    });
});

describe("Keras' load_model", { skip: withoutKeras }, () => {
  test('reads these heads and gives their predictions', async () => {
    const place = fs.mkdtempSync(path.join(folder, 'load-'));
    const names = Object.keys(heads);
    const wanted = new Map<string, ArrayLike<number>>();
    for (const name of names) {
      const head = made(name);
      await saveHead(head, path.join(place, `${name}.h5`));
      np.save(path.join(place, `${name}.x.npy`), x);
      wanted.set(name, predictions(head));
    }
    keras('load', place);
    // The same float32 sums in another order.
    for (const name of names)
      near(np.load(path.join(place, `${name}.y.npy`)).dataSync(), Float32Array.from(wanted.get(name)!), 1e-5);
  });
});

describe("Keras' own heads", { skip: withoutKeras }, () => {
  const place = fs.mkdtempSync(path.join(os.tmpdir(), 'little-data-kinds-'));
  after(() => fs.rmSync(place, { recursive: true }));

  test('are read with their own activations and layers', async () => {
    keras('kinds', place);
    const files = fs.readdirSync(place).filter((name) => name.endsWith('.h5'));
    assert(files.length >= 15, files.join());
    for (const file of files) {
      const name = path.basename(file, '.h5');
      const head = await loadHead(path.join(place, file));
      const [rows, wanted] = ['x', 'y'].map((part) => np.load(path.join(place, `${name}.${part}.npy`)));
      near((head.predict(rows!) as Tensor).dataSync(), wanted!.dataSync(), 1e-5);
    }
  });

  test('are refused by layer and key where TensorFlow.js computes something else', async () => {
    for (const [name, message] of [
      ['hard-sigmoid', /activation: "hard_sigmoid"/],
      ['keepdims', /keepdims: true/],
      ['lambda', /class UnitNormalization/],
    ] as const)
      await assert.rejects(loadHead(path.join(place, 'refused', `${name}.h5`)), {
        name: 'LittleDataError',
        message,
      });
  });
});

describe('what cannot be kept is refused when saving:', () => {
  test('an activation that Keras 2 and 3 compute differently', async () => {
    const head = tf.sequential({ layers: [flatten(), dense('hardSigmoid', 1)] });
    await assert.rejects(saveHead(head, path.join(folder, 'no.h5')), /activation: "hard_sigmoid"/);
    assert(!fs.existsSync(path.join(folder, 'no.h5')));
  });

  test('a layer of its own', async () => {
    class Twice extends layers.Layer {
      static className = 'Twice';
      override call(inputs: Tensor | Tensor[]): Tensor {
        return tf.mul([inputs].flat()[0]!, 2);
      }
    }
    const head = tf.sequential({ layers: [flatten(), dense('relu'), new Twice({}), dense('sigmoid', 1)] });
    await assert.rejects(saveHead(head, path.join(folder, 'no.h5')), /class Twice/);
  });

  test('a layer with code of its own', async () => {
    const head = made('tanh');
    const layer = head.layers[1]!;
    const call = layer.call.bind(layer);
    layer.call = (inputs, kwargs) => tf.mul(call(inputs, kwargs) as Tensor, 2);
    await assert.rejects(saveHead(head, path.join(folder, 'no.h5')), /other predictions/);
  });
});

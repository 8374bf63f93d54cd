/** Each option of `trainHead` against Python Keras: the same weights, the same batches, the same numbers. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import { np, saveHead, type TrainOptions, trainHead } from '../../../src';
import { permutation, seededRandom } from '../../../src/random';
import { tf } from '../../../src/tensorflow';
import { withoutKeras } from '../keras';

const [seed, epochs, batchSize, rows] = [3, 4, 8, 40];

/** Five steps an epoch, 20 in all. */
const cases: Record<string, { classes?: number; options: TrainOptions }> = {
  'adam with weight decay': { options: { learningRate: 0.01, weightDecay: 0.1 } },
  'sgd with momentum': { options: { optimizer: 'sgd', learningRate: 0.05 } },
  'sgd without momentum, with weight decay': {
    options: { optimizer: 'sgd', momentum: 0, learningRate: 0.1, weightDecay: 0.05 },
  },
  rmsprop: { options: { optimizer: 'rmsprop', learningRate: 0.003 } },
  'sgd with momentum and a cosine schedule': {
    options: { optimizer: 'sgd', learningRate: 0.05, learningRateSchedule: 'cosine' },
  },
  'adam, the rate reduced on a plateau': {
    options: {
      learningRate: 0.05,
      learningRateSchedule: { kind: 'reduceOnPlateau', factor: 0.5, patience: 1 },
    },
  },
  'early stopping with the best weights': {
    options: { learningRate: 0.3, earlyStopping: { patience: 1, restoreBest: true } },
  },
  'class weights': { options: { learningRate: 0.01, classWeights: { 1: 3 } } },
  'balanced class weights of three classes': {
    classes: 3,
    options: { learningRate: 0.01, classWeights: 'balanced' },
  },
};

interface Result {
  history: Record<string, number[]>;
  predictions: number[][];
}

describe('trainHead() has the numbers of Keras', { skip: withoutKeras }, () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'little-data-options-'));
  const inFolder = (name: string) => path.join(folder, name);
  const all = Object.entries(cases).flatMap(([name, one]) =>
    // The graph serves relu; the trainer of all other layers serves elu.
    (['relu', 'elu'] as const).map((activation) => ({ name: `${name}, ${activation}`, activation, ...one })),
  );
  /** Classes of different sizes, that show in the features. */
  const labelsOf = (classes: number, n: number) =>
    Int32Array.from({ length: n }, (_, i) => ((i * i) % 7) % classes);
  const featuresOf = (labels: Int32Array, seedOf: number) =>
    tf.tidy(() =>
      tf
        .randomNormal([labels.length, 6], 0, 1, 'float32', seedOf)
        .add(tf.tensor2d(Array.from(labels, (label) => [label]))),
    );
  const headOf = (activation: 'relu' | 'elu', classes: number) =>
    tf.sequential({
      layers: [
        tf.layers.dense({
          ...{ units: 5, activation, inputShape: [6] },
          kernelInitializer: tf.initializers.glorotUniform({ seed: 5 }),
        }),
        tf.layers.dense({
          ...{ units: classes === 2 ? 1 : classes, activation: classes === 2 ? 'sigmoid' : 'softmax' },
          kernelInitializer: tf.initializers.glorotUniform({ seed: 6 }),
        }),
      ],
    });
  const results = new Map<string, Result>();
  before(async () => {
    for (const classes of [2, 3]) {
      const own = all.filter((one) => (one.classes ?? 2) === classes);
      const heads = new Map<string, string>();
      for (const activation of ['relu', 'elu'] as const) {
        const head = headOf(activation, classes);
        await saveHead(head, inFolder(`${activation}-${classes}.h5`));
        heads.set(activation, `${activation}-${classes}.h5`);
        head.dispose();
      }
      const [labels, held] = [labelsOf(classes, rows), labelsOf(classes, 30)];
      np.save(inFolder('x.npy'), featuresOf(labels, 1));
      np.save(inFolder('labels.npy'), tf.tensor1d(labels, 'int32'));
      np.save(inFolder('val_x.npy'), featuresOf(held, 2));
      np.save(inFolder('val_labels.npy'), tf.tensor1d(held, 'int32'));
      const orders = Array.from({ length: epochs }, (_, epoch) => [
        ...permutation(rows, seededRandom(seed, epoch)),
      ]);
      fs.writeFileSync(inFolder('orders.json'), JSON.stringify(orders));
      const sent = own.map(({ activation, options }) => ({
        head: heads.get(activation),
        options: { ...options, batchSize },
      }));
      fs.writeFileSync(inFolder('cases.json'), JSON.stringify(sent));
      execFileSync(process.env.LITTLE_DATA_KERAS_PYTHON!, [path.join(__dirname, 'keras-options.py'), folder]);
      const found = JSON.parse(fs.readFileSync(inFolder('results.json'), 'utf8')) as Result[];
      for (const [i, { name }] of own.entries()) results.set(name, found[i]!);
    }
  });
  after(() => fs.rmSync(folder, { recursive: true }));

  for (const { name, activation, classes = 2, options } of all)
    test(`with ${name}`, async () => {
      const [labels, held] = [labelsOf(classes, rows), labelsOf(classes, 30)];
      const [x, validation] = [featuresOf(labels, 1), featuresOf(held, 2)];
      const model: LayersModel = headOf(activation, classes);
      const { history } = await trainHead(x, labels, {
        ...{ model, epochs, batchSize, seed, verbose: 0, validationData: [validation, held] as const },
        ...options,
      });
      const expected = results.get(name)!;
      // Float32 sums in another order, over 20 steps; a large rate lets the difference grow.
      const tolerance = options.earlyStopping ? 1e-4 : 1e-5;
      const near = (own: readonly number[], theirs: readonly number[]) => {
        assert.equal(own.length, theirs.length);
        for (const [i, value] of theirs.entries())
          assert.ok(Math.abs(own[i]! - value) <= tolerance * Math.max(1, value), `${own} and ${theirs}`);
      };
      near(history.history.loss!, expected.history.loss!);
      near(history.history.val_loss!, expected.history.val_loss!);
      near(history.history.acc!, expected.history.accuracy!);
      if (options.earlyStopping) assert.ok(history.epoch.length < epochs, 'it ends early');
      if (history.history.lr && expected.history.learning_rate)
        near(history.history.lr, expected.history.learning_rate);
      const p = model.predict(validation) as Tensor;
      near([...p.dataSync()], expected.predictions.flat());
      tf.dispose([x, validation, p]);
      model.dispose();
    });
});

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import { buildHead } from '../../../src/head/build-head';
import type { TrainCallback } from '../../../src/head/training/callbacks';
import { trainHead } from '../../../src/head/training/train-head';
import { tf } from '../../../src/tensorflow';
import { learnable, near } from '../data';

const { features, labels } = learnable({ rows: 10 });
const options = { seed: 1, verbose: 0, batchSize: 4, epochs: 2 };
const weightsOf = (model: LayersModel) => model.getWeights().map((weight) => Array.from(weight.dataSync()));

/** One head for the graph trainer, one for the layers trainer. */
const heads = {
  'the head of the tutorial': () => buildHead({ inputShape: [2, 2, 4], seed: 1, units: 8 }),
  'a head with a regularizer': () =>
    tf.sequential({
      layers: [
        tf.layers.flatten({ inputShape: [2, 2, 4] }),
        tf.layers.dense({
          units: 8,
          activation: 'relu',
          kernelRegularizer: tf.regularizers.l2(),
          kernelInitializer: tf.initializers.glorotUniform({ seed: 1 }),
        }),
        tf.layers.dense({
          units: 1,
          activation: 'sigmoid',
          kernelInitializer: tf.initializers.glorotUniform({ seed: 2 }),
        }),
      ],
    }),
};

describe('callbacks', () => {
  for (const [words, newHead] of Object.entries(heads)) {
    test(`run in Keras' order, one or several: ${words}`, async () => {
      const seen: string[] = [];
      const hook = (name: string) => (at?: number, logs?: object) =>
        void seen.push(
          [name, at, logs && Object.keys(logs).join('+')].filter((part) => part !== undefined).join(' '),
        );
      const callback: TrainCallback = {
        onTrainBegin: () => hook('train begin')(),
        onTrainEnd: () => hook('train end')(),
        onEpochBegin: hook('epoch begin'),
        onEpochEnd: hook('epoch end'),
        onBatchBegin: hook('batch begin'),
        onBatchEnd: hook('batch end'),
      };
      await trainHead(features, labels, { ...options, model: newHead(), callbacks: callback });
      const batches = [0, 1, 2].flatMap((i) => [`batch begin ${i}`, `batch end ${i} batch+size+loss+acc`]);
      const epochs = [0, 1].flatMap((i) => [`epoch begin ${i}`, ...batches, `epoch end ${i} loss+acc`]);
      assert.deepEqual(seen, ['train begin', ...epochs, 'train end']);
      seen.length = 0;
      const second = { onTrainEnd: () => void seen.push('second') };
      await trainHead(features, labels, { ...options, model: newHead(), callbacks: [callback, second] });
      assert.deepEqual(seen.slice(-2), ['train end', 'second']);
    });

    test(`see the numbers of each batch, and change none: ${words}`, async () => {
      const sums: number[] = [];
      const onBatchEnd: TrainCallback['onBatchEnd'] = (batch, { size, loss, acc }) => {
        if (batch === 0) sums.push(0, 0);
        sums[sums.length - 2]! += loss * size;
        sums[sums.length - 1]! += acc * size;
      };
      const run = (more = {}) => trainHead(features, labels, { ...options, model: newHead(), ...more });
      const { history } = (await run({ callbacks: { onBatchEnd } })).history;
      near(
        sums.map((sum) => sum / 10),
        [0, 1].flatMap((i) => [history.loss![i]!, history.acc![i]!]),
        1e-6,
      );
      // One batch a call rounds as several do.
      near(history.loss!, (await run()).history.history.loss!, 1e-6);
    });

    test(`restore weights, and the caller gets these: ${words}`, async () => {
      const model = newHead();
      let best: Tensor[] = [];
      const onEpochEnd = (epoch: number) => {
        if (epoch === 0) best = model.getWeights().map((weight) => weight.clone());
        if (epoch !== 1) return;
        model.setWeights(best);
        model.stopTraining = true;
      };
      await trainHead(features, labels, { ...options, epochs: 5, model, callbacks: { onEpochEnd } });
      assert.deepEqual(
        weightsOf(model),
        best.map((weight) => Array.from(weight.dataSync())),
      );
    });

    test(`set weights from which training goes on: ${words}`, async () => {
      const zeros = (model: LayersModel) =>
        model.setWeights(model.getWeights().map((weight) => tf.zerosLike(weight)));
      const model = newHead();
      let after: number[][] = [];
      await trainHead(features, labels, {
        ...options,
        learningRate: 1e-6,
        model,
        callbacks: {
          onEpochBegin: (epoch) => {
            if (epoch === 1) zeros(model);
          },
          onEpochEnd: () => {
            after = weightsOf(model);
          },
        },
      });
      assert(after.flat().every((value) => Math.abs(value) < 1e-4));
    });
  }

  test('stop within an epoch', async () => {
    const model = heads['the head of the tutorial']();
    const onBatchEnd = (batch: number) => {
      model.stopTraining = batch === 1;
    };
    const { history } = await trainHead(features, labels, { ...options, model, callbacks: { onBatchEnd } });
    assert.deepEqual(history.epoch, [0]);
    assert(Number.isFinite(history.history.loss![0]));
  });

  test("of TensorFlow.js' own work", async () => {
    const early = tf.callbacks.earlyStopping({ monitor: 'loss', patience: 0, minDelta: 100 });
    const { history } = await trainHead(features, labels, {
      ...options,
      epochs: 6,
      callbacks: early as unknown as TrainCallback,
    });
    assert.equal(history.epoch.length, 2);
  });

  test('that do not exist are refused', async () => {
    for (const [wrong, message] of [
      [{ onEpochFinish: () => {} }, /`onEpochFinish`/],
      [{ onEpochEnd: 'no function' }, /`onEpochEnd`/],
      [{}, /`callbacks`/],
      [[{ onEpochEnd: () => {} }, 7], /`callbacks`.*7/],
    ] as [TrainCallback, RegExp][])
      await assert.rejects(trainHead(features, labels, { ...options, callbacks: wrong }), {
        name: 'LittleDataError',
        message,
      });
  });
});

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { LayersModel } from '@tensorflow/tfjs-node';
import { LittleDataError } from '../../../src/check';
import { buildHead } from '../../../src/head/build-head';
import { emptyHistory } from '../../../src/head/history';
import { trainHead } from '../../../src/head/training/train-head';
import type { Trainer, TrainerState } from '../../../src/head/training/trainer';
import { TrainingStopped, trainingGuard } from '../../../src/head/training/training-guard';
import { tf } from '../../../src/tensorflow';
import { learnable, thrown } from '../data';

const { features, labels } = learnable();
const quiet = { seed: 1, verbose: 0 };
const weightsOf = (model: LayersModel) => model.getWeights().map((weight) => Array.from(weight.dataSync()));
const newHead = () => buildHead({ inputShape: [2, 2, 4], seed: 1, units: 8 });

/** A trainer that learns nothing: its weights are a number that counts the epochs, its answers are given. */
function fakeTrainer(answers: () => number[]) {
  const restored: TrainerState[] = [];
  let epochs = 0;
  const trainer = {
    predict: () => tf.tensor2d(answers(), [answers().length, 1]),
    weights: () => [Float32Array.of(++epochs)],
    restore: async (state: TrainerState) => {
      restored.push(state);
    },
    finish: () => {},
  } as unknown as Trainer;
  return { trainer, restored };
}

function guardOf(answers: () => number[] = () => [0.4, 0.6]) {
  const { trainer, restored } = fakeTrainer(answers);
  const guard = trainingGuard({
    trainer,
    model: newHead(),
    history: emptyHistory({ params: {}, validation: false }),
    data: { features, labels: Int32Array.from(labels) },
    epochs: 9,
    rateNow: () => 1,
    start: { weights: [Float32Array.of(0)], when: 'from before the run' },
  });
  return { guard, kept: () => restored.map((state) => state.weights[0]![0]) };
}

describe('trainingGuard()', () => {
  test('stops at a loss that is no number, with the weights from the end of the epoch before', async () => {
    for (const loss of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const { guard, kept } = guardOf();
      await guard.step(0.6, { epoch: 0 });
      await guard.epoch({ loss: 0.6, acc: 1 }, { epoch: 0 });
      await guard.epoch({ loss: 0.5, acc: 1 }, { epoch: 1 });
      const error = await thrown(() => guard.step(loss, { epoch: 2 }));
      assert.match(
        error.message,
        new RegExp(
          `^training, epoch 3 of 9: expected a loss that is a number, found ${loss}\\. The head keeps its weights from the end of epoch 2\\. The learning rate of 1 may be too large: pass a smaller .learningRate., such as 0.001\\.`,
        ),
      );
      assert.deepEqual(kept(), [2]);
    }
  });

  test('stops at a validation loss that is no number', async () => {
    const { guard, kept } = guardOf();
    const logs = { loss: 0.6, acc: 1, val_loss: Number.NaN, val_acc: 0 };
    const error = await thrown(() => guard.epoch(logs, { epoch: 0 }));
    assert.match(
      error.message,
      /expected a validation loss that is a number, found NaN\. .* from before the run/,
    );
    assert.deepEqual(kept(), [0]);
  });

  test('stops at the third epoch with one answer for all, with the weights from before the first of them', async () => {
    let answers = [0.4, 0.6];
    const { guard, kept } = guardOf(() => answers);
    await guard.epoch({ loss: 0.7, acc: 0.5 }, { epoch: 0 });
    answers = [0.5, 0.5];
    await guard.epoch({ loss: 0.7, acc: 0.5 }, { epoch: 1 });
    await guard.epoch({ loss: 0.7, acc: 0.5 }, { epoch: 2 });
    const error = await thrown(() => guard.epoch({ loss: 0.7, acc: 0.5 }, { epoch: 3 }));
    assert.match(error.message, /epoch 4 of 9: .* from the end of epoch 1\./);
    assert.deepEqual(kept(), [1]);
  });

  test('waits longer where the one answer is 0 or 1, which large logits give too', async () => {
    for (const [answers, loss] of [
      [[1, 1], 7.9],
      [[0, 0], 7.9],
    ] as const) {
      const { guard, kept } = guardOf(() => [...answers]);
      for (let epoch = 0; epoch < 9; epoch++) await guard.epoch({ loss, acc: 0.5 }, { epoch });
      const error = await thrown(() => guard.epoch({ loss, acc: 0.5 }, { epoch: 9 }));
      assert.match(error.message, /the same prediction for all of them in 10 epochs/);
      assert.deepEqual(kept(), [0]);
    }
  });

  test('begins to count again where the head tells rows apart in between', async () => {
    let answers = [0.5, 0.5];
    const { guard } = guardOf(() => answers);
    for (let epoch = 0; epoch < 9; epoch++) {
      answers = epoch % 3 === 2 ? [0.4, 0.6] : [0.5, 0.5];
      await guard.epoch({ loss: 0.7, acc: 0.5 }, { epoch });
    }
  });

  test('does not look at answers where the loss is below what not looking can reach', async () => {
    const { guard } = guardOf(() => {
      throw new Error('asked for answers');
    });
    for (let epoch = 0; epoch < 9; epoch++) await guard.epoch({ loss: 1e-7, acc: 1 }, { epoch });
  });
});

describe('trainHead() stops', () => {
  test('where the head answers the same for all photos, as with a learning rate of 10', async () => {
    const model = buildHead({ inputShape: [2, 2, 4], seed: 1, units: 2 });
    const before = weightsOf(model);
    const error = (await thrown(() =>
      trainHead(features, labels, { ...quiet, model, epochs: 50, learningRate: 10 }),
    )) as TrainingStopped;
    assert.ok(error instanceof TrainingStopped && error instanceof LittleDataError);
    assert.match(
      error.message,
      /^training, epoch \d+ of 50: expected a head that tells the photos apart, found the same prediction for all of them in \d+ epochs, with a loss of [\d.]+\. The head keeps its weights from .*\. The learning rate of 10 may be too large: pass a smaller `learningRate`, such as 0\.001\./,
    );
    const at = Number(/epoch (\d+) of/.exec(error.message)![1]);
    assert.ok(at < 50);
    assert.equal(error.history.history.loss!.length, at);
    assert.equal(error.model, model);
    if (/from before the run/.test(error.message)) assert.deepEqual(weightsOf(model), before);
    assert.ok(weightsOf(model).flat().every(Number.isFinite));
  });

  test('where units are silent from the start, and gives back the weights from before the run', async () => {
    const model = newHead();
    model.getLayer('dense').setWeights([tf.zeros([16, 8]), tf.fill([8], -1)]);
    const before = weightsOf(model);
    const error = await thrown(() => trainHead(features, labels, { ...quiet, model, epochs: 9 }));
    assert.match(
      error.message,
      /^training, epoch 3 of 9: .* The head keeps its weights from before the run\./,
    );
    assert.deepEqual(weightsOf(model), before);
  });

  test('where weights are NaN, and gives back those from before the run', async () => {
    const model = newHead();
    model.getLayer('dense').setWeights([tf.zeros([16, 8]), tf.fill([8], Number.NaN)]);
    const before = weightsOf(model);
    const error = await thrown(() => trainHead(features, labels, { ...quiet, model, epochs: 9 }));
    assert.match(
      error.message,
      /^training, epoch 1 of 9: expected a (loss|weight) that is a number, found NaN\. .* before the run/,
    );
    assert.deepEqual(weightsOf(model), before);
  });

  test('with the same trouble for three classes', async () => {
    const three = learnable({ rows: 30, classes: 3 });
    const model = buildHead({ inputShape: [2, 2, 4], seed: 1, units: 8, classes: 3 });
    model.getLayer('dense').setWeights([tf.zeros([16, 8]), tf.fill([8], -1)]);
    const error = await thrown(() =>
      trainHead(three.features, three.labels, { ...quiet, model, epochs: 50 }),
    );
    assert.match(error.message, /epoch 3 of 50: .* the same prediction for all of them/);
  });
});

describe('trainHead() does not stop', () => {
  test('a perfect fit whose loss has nowhere to fall', async () => {
    const x = tf.tidy(() => features.mul(3));
    const model = buildHead({ inputShape: [2, 2, 4], seed: 1, units: 64, dropout: 0 });
    const { history } = await trainHead(x, labels, { ...quiet, model, epochs: 60, learningRate: 0.03 });
    assert.equal(history.epoch.length, 60);
    assert.ok(history.history.loss!.at(-1)! < 1e-6);
    assert.equal(history.history.acc!.at(-1), 1);
  });

  test('a learning rate that is too small to be seen, or 0', async () => {
    for (const learningRate of [0, 1e-9]) {
      const model = buildHead({ inputShape: [2, 2, 4], seed: 1, units: 8, dropout: 0 });
      const { history } = await trainHead(features, labels, { ...quiet, model, epochs: 6, learningRate });
      assert.equal(history.epoch.length, 6);
    }
  });

  test('labels that have nothing to do with the photos', async () => {
    const noise = labels.map((_, row) => (row * 7) % 2);
    const { history } = await trainHead(features, noise, { ...quiet, epochs: 8 });
    assert.equal(history.epoch.length, 8);
  });

  test('one photo a class', async () => {
    const x = tf.tensor([...Array(16).fill(0), ...Array(16).fill(1)], [2, 2, 2, 4]);
    const { history } = await trainHead(x, [0, 1], { ...quiet, epochs: 6 });
    assert.equal(history.epoch.length, 6);
  });
});

test('TrainingStopped holds history and model', () => {
  const history = emptyHistory({ params: {}, validation: false });
  const model = newHead();
  const error = new TrainingStopped('why', { history, model });
  assert.deepEqual(
    [error.name, error.message, error.history, error.model],
    ['TrainingStopped', 'why', history, model],
  );
});

import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { np } from '../../../src/features/np';
import { buildHead } from '../../../src/head/build-head';
import { saveHead } from '../../../src/head/save-head';
import { layersTrainer, setValues } from '../../../src/head/training/layers-trainer';
import { tf } from '../../../src/tensorflow';
import { learnable, near } from '../data';
import { keras, withoutKeras } from '../keras';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'little-data-step-'));
after(() => fs.rmSync(folder, { recursive: true }));

const settings = {
  ...{ batchSize: 4, optimizer: { kind: 'adam' } as const, rateAt: () => 0.01, weightDecay: 0, seed: 1 },
};
const rowsOf = (n: number) => Int32Array.from({ length: n }, (_, i) => i);

function trainerFor({ classes = 2, dropout = 0.5, rows = 12, scale = 1 } = {}) {
  const { features: unscaled, labels } = learnable({ rows, classes });
  const features = unscaled.mul(scale);
  const head = buildHead({ inputShape: [2, 2, 4], seed: 1, units: 8, classes, dropout });
  const y =
    classes === 2
      ? tf.tensor2d(labels, [rows, 1])
      : tf.oneHot(tf.tensor1d(labels, 'int32'), classes).toFloat();
  const trainer = layersTrainer(head, { x: features, y, ...settings });
  return { features, labels, head, y, trainer };
}

function epochOf({ trainer }: ReturnType<typeof trainerFor>, epoch: number, rows = 12) {
  const sum = { loss: 0, correct: 0 };
  for (let step = 0; step < Math.ceil(rows / 4); ) {
    const done = trainer.step(rowsOf(rows), { epoch, step });
    step += done.steps;
    sum.loss += done.loss;
    sum.correct += done.correct;
  }
  return { loss: sum.loss / rows, acc: sum.correct / rows };
}

describe('layersTrainer()', () => {
  for (const classes of [2, 3]) {
    for (const [scale, words] of [
      [1, 'ordinary features'],
      // Probabilities of 0 and 1 that are wrong: where the loss is taken from them, nothing is learned.
      [100, 'features so large that the head is sure of all from the start'],
    ] as const)
      test(`trains as Keras does: ${classes} classes, ${words}`, { skip: withoutKeras }, async () => {
        const made = trainerFor({ classes, dropout: 0, rows: 13, scale });
        await saveHead(made.head, path.join(folder, 'head.h5'));
        np.save(path.join(folder, 'x.npy'), made.features);
        np.save(path.join(folder, 'labels.npy'), tf.tensor1d(made.labels, 'int32'));
        keras('fit', folder, classes);
        const epochs = [0, 1, 2].map((epoch) => epochOf(made, epoch, 13));
        const theirs = np.load(path.join(folder, 'losses.npy')).dataSync();
        // Twelve float32 steps of Adam apart, in another order of sums: 1e-4 is ten times what was seen. TensorFlow.js
        // adds Adam's epsilon after the correction of the second moment, Keras before: small gradients count differently.
        const tolerance = scale === 1 ? 1e-4 : 0.01 * Math.max(...theirs.slice(0, 3));
        near(
          epochs.map(({ loss }) => loss),
          theirs.slice(0, 3),
          tolerance,
        );
        near(
          epochs.map(({ acc }) => acc),
          theirs.slice(3),
          1e-6,
        );
        near(
          made.trainer.predict(made.features).dataSync(),
          np.load(path.join(folder, 'y.npy')).dataSync(),
          scale === 1 ? 1e-4 : 0.01,
        );
      });
  }

  test('trains regularized, constrained and normalized layers as Keras does', {
    skip: withoutKeras,
  }, async () => {
    const { features: x, labels } = learnable({ rows: 13 });
    const y = tf.tensor2d(labels, [13, 1]);
    const dense = (units: number, more = {}) =>
      tf.layers.dense({
        units,
        activation: 'tanh',
        kernelInitializer: tf.initializers.glorotUniform({ seed: units }),
        ...more,
      });
    const heads = {
      l2: [dense(8, { kernelRegularizer: tf.regularizers.l2({ l2: 10 }) })],
      l1l2: [dense(8, { kernelRegularizer: 'l1l2', biasRegularizer: tf.regularizers.l2() })],
      constrained: [dense(8, { kernelConstraint: tf.constraints.maxNorm({ maxValue: 0.5, axis: 0 }) })],
      normalized: [dense(8), tf.layers.batchNormalization()],
    };
    for (const [name, hidden] of Object.entries(heads)) {
      const last = dense(1, { activation: 'sigmoid' });
      const head = tf.sequential({ layers: [tf.layers.flatten({ inputShape: [2, 2, 4] }), ...hidden, last] });
      await saveHead(head, path.join(folder, 'head.h5'));
      np.save(path.join(folder, 'x.npy'), x);
      np.save(path.join(folder, 'labels.npy'), tf.tensor1d(labels, 'int32'));
      keras('fit-own', folder);
      const trainer = layersTrainer(head, { x, y, ...settings });
      const made = { trainer } as ReturnType<typeof trainerFor>;
      const epochs = [0, 1, 2].map((epoch) => epochOf(made, epoch, 13));
      const theirs = np.load(path.join(folder, 'losses.npy')).dataSync().slice(0, 3);
      // Relative: a penalty of L2 with 10 is in the hundreds. Sums run in another order.
      const ratios = epochs.map(({ loss }, i) => loss / theirs[i]!);
      near(ratios, [1, 1, 1], 1e-3);
      near(trainer.predict(x).dataSync(), np.load(path.join(folder, 'y.npy')).dataSync(), 1e-3);
      assert.equal(trainer.penalty() > 0, name.startsWith('l'));
      trainer.dispose();
    }
  });

  test('takes a last batch that is not full', () => {
    const { trainer } = trainerFor({ rows: 5 });
    const { steps, correct } = trainer.step(rowsOf(5), { epoch: 0, step: 1 });
    assert.equal(steps, 1);
    assert.ok(correct === 0 || correct === 1);
  });

  test('gives the same steps again from the same state', async () => {
    const made = trainerFor();
    epochOf(made, 0);
    const state = await made.trainer.state();
    const first = epochOf(made, 1);
    const learned = await made.trainer.state();
    await made.trainer.restore(state);
    assert.deepEqual(await made.trainer.state(), state);
    assert.deepEqual(epochOf(made, 1), first);
    assert.deepEqual(await made.trainer.state(), learned);
    assert.deepEqual(made.trainer.weights(), learned.weights);
  });

  test('goes on in another trainer from a state', async () => {
    const [one, other] = [trainerFor(), trainerFor()];
    epochOf(one, 0);
    await other.trainer.restore(await one.trainer.state());
    assert.deepEqual(epochOf(other, 1), epochOf(one, 1));
  });

  test('leaves units out by epoch and step, and leaves no seed behind', async () => {
    const made = trainerFor({ rows: 4 });
    const initial = await made.trainer.state();
    const lossOf = async (epoch: number) => {
      await made.trainer.restore(initial);
      return made.trainer.step(rowsOf(4), { epoch, step: 0 }).loss;
    };
    assert.notEqual(await lossOf(0), await lossOf(1));
    made.trainer.dispose();
    const dropout = made.head.getLayer('dropout') as unknown as { seed?: number };
    assert.equal(dropout.seed, undefined);
  });

  test('frees all but the weights', async () => {
    const made = trainerFor();
    const before = tf.memory().numTensors;
    const trainer = layersTrainer(made.head, {
      x: made.features,
      y: made.y,
      ...settings,
    });
    for (let epoch = 0; epoch < 3; epoch++) {
      trainer.step(rowsOf(12), { epoch, step: 0 });
      await trainer.restore(await trainer.state());
      trainer.predict(made.features).dispose();
    }
    trainer.dispose();
    assert.equal(tf.memory().numTensors, before);
  });
});

test('setValues() puts numbers into variables', () => {
  const variables = [tf.variable(tf.zeros([2])), tf.variable(tf.zeros([1, 2]))];
  setValues(variables, [Float32Array.of(1, 2), Float32Array.of(3, 4)]);
  assert.deepEqual(
    variables.map((variable) => variable.arraySync()),
    [[1, 2], [[3, 4]]],
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LayersModel, Sequential, Tensor } from '@tensorflow/tfjs-node';
import { buildHead } from '../../../src/head/build-head';
import { graphTrainer } from '../../../src/head/training/graph-trainer';
import { layersTrainer } from '../../../src/head/training/layers-trainer';
import { trainHead } from '../../../src/head/training/train-head';
import type { Trainer } from '../../../src/head/training/trainer';
import { backend, tf } from '../../../src/tensorflow';

const skip = backend === 'tensorflow' ? false : 'needs the native TensorFlow';
const inputShape = [2, 2, 8];
const orderedMap = (n: number) => Int32Array.from({ length: n }, (_, i) => i);

/** Adam with a constant learning rate. */
const plain = (rate: number) => ({
  ...{ batchSize: 16, optimizer: { kind: 'adam' } as const, rateAt: () => rate, weightDecay: 0, seed: 1 },
});

/** Rows whose class shows in their first values, with noise, the same in each test. */
function rowsOf({ n = 50, classes = 2 } = {}) {
  const labels = Int32Array.from({ length: n }, (_, i) => (i * 7) % classes);
  const tensors = tf.tidy(() => {
    const y = classes === 2 ? tf.tensor2d(labels, [n, 1], 'float32') : tf.oneHot(labels, classes).toFloat();
    const noise = tf.randomNormal([n, ...inputShape], 0, 1, 'float32', 3);
    const shown = tf.tensor(labels, [n, 1, 1, 1], 'float32').mul(0.5);
    return { x: noise.add(shown), y };
  });
  return { ...tensors, labels, ...plain(0.01) };
}

const head = ({ classes = 2, dropout = 0 } = {}) =>
  buildHead({ inputShape, seed: 4, classes, units: 12, dropout });

/** Trains some epochs in the rows' own order; gives the mean loss and the right predictions of each. */
function epochs(trainer: Trainer, { n = 50, from = 0, to = 4, order = orderedMap(n) }) {
  return Array.from({ length: to - from }, (_, e) => {
    let [step, loss, correct] = [0, 0, 0];
    while (step < Math.ceil(n / 16)) {
      const done = trainer.step(order, { epoch: from + e, step });
      step += done.steps;
      loss += done.loss / n;
      correct += done.correct;
    }
    return { loss, correct };
  });
}

async function graphOf(model: LayersModel, rows: ReturnType<typeof rowsOf>): Promise<Trainer> {
  const trainer = await graphTrainer(model, rows);
  assert.ok(trainer);
  return trainer;
}

for (const classes of [2, 3]) {
  test(`graphTrainer() does what layersTrainer does, ${classes} classes, a partial batch`, {
    skip,
  }, async () => {
    const rows = { ...rowsOf({ n: 103, classes }), ...plain(0.001) };
    const [graph, layers] = [await graphOf(head({ classes }), rows), layersTrainer(head({ classes }), rows)];
    const [found, expected] = [graph, layers].map((trainer) => epochs(trainer, { n: 103, to: 6 }));
    for (const [e, { loss, correct }] of expected!.entries()) {
      // Float32 sums in another order, and an epsilon that TensorFlow.js adds at another place, over 42 steps.
      assert.ok(Math.abs(found![e]!.loss / loss - 1) < 1e-4, `epoch ${e}: ${found![e]!.loss}, ${loss}`);
      assert.equal(found![e]!.correct, correct);
    }
    const [p, q] = [graph.predict(rows.x), layers.predict(rows.x)];
    assert.deepEqual(p.shape, q.shape);
    assert.ok(tf.tidy(() => p.sub(q).abs().max().dataSync()[0]!) < 1e-3);
    graph.dispose();
    layers.dispose();
  });
}

test('graphTrainer() begins anew with a graph that was used before, and shares none', { skip }, async () => {
  const rows = rowsOf();
  const order = orderedMap(50);
  const first = await graphOf(head({ dropout: 0.5 }), rows);
  const expected = epochs(first, { order });
  first.dispose();
  const [second, third] = [
    await graphOf(head({ dropout: 0.5 }), rows),
    await graphOf(head({ dropout: 0.5 }), rows),
  ];
  assert.deepEqual(epochs(second, { order }), expected);
  assert.deepEqual(epochs(third, { order }), expected);
  second.dispose();
  third.dispose();
  const other = await graphOf(head({ classes: 3 }), rowsOf({ classes: 3 }));
  assert.equal((await other.state()).weights[2]!.length, 36);
  other.dispose();
});

for (const classes of [2, 3]) {
  test(`graphTrainer() has the loss of model.fit after 100 steps, ${classes} classes`, { skip }, async () => {
    const rows = rowsOf({ n: 320, classes });
    const model = head({ classes });
    const loss = classes === 2 ? 'binaryCrossentropy' : 'categoricalCrossentropy';
    model.compile({ optimizer: tf.train.adam(0.001, 0.9, 0.999, 1e-7), loss });
    const fitted = await model.fit(rows.x, rows.y, { batchSize: 16, epochs: 5, shuffle: false, verbose: 0 });
    const trainer = await graphOf(head({ classes }), { ...rows, ...plain(0.001) });
    const own = Array.from({ length: 5 }, (_, epoch) => {
      let sum = 0;
      for (let step = 0; step < 20; ) {
        const done = trainer.step(orderedMap(320), { epoch, step });
        step += done.steps;
        sum += done.loss;
      }
      return sum / 320;
    });
    // The tolerance that was asked for; the difference is rounding and where epsilon is added.
    for (const [e, expected] of (fitted.history.loss as number[]).entries())
      assert.ok(Math.abs(own[e]! / expected - 1) < 1e-4, `epoch ${e}: ${own[e]}, ${expected}`);
    trainer.dispose();
  });
}

test('graphTrainer() has the losses and right predictions of Keras', { skip }, async () => {
  // Source: Keras 3.15 (TensorFlow 2.21), the same two dense layers, Adam(0.01), batches of 16, `shuffle=False`:
  // x = ((arange(240) * 37) % 101) / 50 - 1 as [40, 6], labels (arange(40) * 7) % classes.
  const losses = {
    2: [0.6967417597770691, 0.6940373778343201, 0.6928671598434448, 0.6918896436691284],
    3: [1.1131911277770996, 1.1023482084274292, 1.0972518920898438, 1.094564437866211],
  };
  const answers = { 2: [19, 20, 20, 20], 3: [13, 14, 14, 16] };
  const spread = (size: number, [factor, modulus]: [number, number]) =>
    Float32Array.from({ length: size }, (_, i) => ((i * factor) % modulus) / modulus - 0.5);
  for (const classes of [2, 3] as const) {
    const units = classes === 2 ? 1 : classes;
    const activation = classes === 2 ? 'sigmoid' : 'softmax';
    const model = tf.sequential();
    model.add(tf.layers.dense({ units: 5, activation: 'relu', inputShape: [6] }));
    model.add(tf.layers.dense({ units, activation }));
    const kernels = [
      tf.tensor2d(spread(30, [29, 31]), [6, 5]),
      tf.tensor2d(spread(5 * units, [17, 19]), [5, units]),
    ];
    model.setWeights([kernels[0]!, tf.zeros([5]), kernels[1]!, tf.zeros([units])]);
    const x = tf.tensor2d(
      Float32Array.from({ length: 240 }, (_, i) => ((i * 37) % 101) / 50 - 1),
      [40, 6],
    );
    const labels = Int32Array.from({ length: 40 }, (_, i) => (i * 7) % classes);
    const y = classes === 2 ? tf.tensor2d(labels, [40, 1], 'float32') : tf.oneHot(labels, classes).toFloat();
    const trainer = await graphTrainer(model, { x, y, ...plain(0.01) });
    const found = epochs(trainer!, { n: 40 });
    // Float32 sums in another order.
    for (const [e, loss] of losses[classes].entries())
      assert.ok(Math.abs(found[e]!.loss / loss - 1) < 1e-5, `epoch ${e}: ${found[e]!.loss}, ${loss}`);
    assert.deepEqual(
      found.map(({ correct }) => correct),
      answers[classes],
    );
    trainer!.dispose();
  }
});

test('graphTrainer() goes on learning where the head is wrong and sure', { skip }, async () => {
  const rows = rowsOf();
  const model = head();
  const weights = model.getWeights();
  model.setWeights([...weights.slice(0, 3), tf.tensor1d([40])]);
  const trainer = await graphOf(model, rows);
  const before = (await trainer.state()).weights.at(-1)![0]!;
  const [{ loss }] = epochs(trainer, { to: 1 }) as [{ loss: number; correct: number }];
  // Half of the rows are of class 0, and the logits stand near 40: log(1 + exp(40)) each.
  assert.ok(Math.abs(loss - 20) < 2, String(loss));
  assert.ok((await trainer.state()).weights.at(-1)![0]! < before);
  trainer.dispose();
});

test('graphTrainer() gives the same for the same seed, and goes on from a state as if never stopped', {
  skip,
}, async () => {
  const rows = rowsOf({ n: 103 });
  const [once, again, other, stopped] = (await Promise.all(
    [1, 1, 2, 1].map(async (seed) => graphOf(head({ dropout: 0.5 }), { ...rows, seed })),
  )) as [Trainer, Trainer, Trainer, Trainer];
  const whole = epochs(once, { n: 103 });
  assert.deepEqual(epochs(again, { n: 103 }), whole);
  assert.notDeepEqual(epochs(other, { n: 103 }), whole);
  assert.deepEqual(epochs(stopped, { n: 103, to: 2 }), whole.slice(0, 2));
  const state = await stopped.state();
  await other.restore(state);
  const resumed = await graphOf(head({ dropout: 0.5 }), rows);
  await resumed.restore(state);
  assert.deepEqual(epochs(resumed, { n: 103, from: 2 }), whole.slice(2));
  assert.deepEqual(await resumed.state(), await once.state());
  assert.deepEqual(once.weights(), (await once.state()).weights);
  for (const trainer of [once, again, other, stopped, resumed]) trainer.dispose();
});

test('graphTrainer() goes back to a state without moments', { skip }, async () => {
  const rows = rowsOf();
  const trainer = await graphOf(head({ dropout: 0.5 }), rows);
  const initial = await trainer.state();
  const first = epochs(trainer, {});
  await trainer.restore(initial);
  assert.deepEqual(epochs(trainer, {}), first);
  trainer.dispose();
});

test('graphTrainer() drops its share of the units', { skip }, async () => {
  const rows = rowsOf({ n: 320 });
  const linear = () => {
    const layers = [tf.layers.flatten({ inputShape }), tf.layers.dropout({ rate: 0.75 })];
    const last = tf.layers.dense({ units: 1, activation: 'sigmoid', kernelInitializer: 'zeros' });
    return tf.sequential({ layers: [...layers, last] });
  };
  const trainer = await graphOf(linear(), {
    ...rows,
    batchSize: 320,
    x: tf.ones([320, ...inputShape]),
    y: tf.zeros([320, 1]),
  });
  trainer.step(orderedMap(320), { epoch: 0, step: 0 });
  const { moments } = await trainer.state();
  // With inputs of 1 and p = 0.5, a kernel's gradient is 0.5 * 4 * the share of the rows that kept the input, here
  // 1/4 +- 0.024; the first moment is a tenth of it. The mean over 32 inputs is 0.05 +- 0.0009.
  const mean = moments[1]!.reduce((sum, value) => sum + value, 0) / 32;
  assert.ok(Math.abs(mean - 0.05) < 0.005, String(mean));
  assert.ok(new Set(moments[1]).size > 10);
  trainer.dispose();
});

test('graphTrainer() changes the model at finish() only, and leaves no tensor behind', { skip }, async () => {
  const rows = rowsOf();
  const model = head({ dropout: 0.5 });
  const values = () => model.getWeights().map((weight) => [...weight.dataSync()]);
  const before = tf.memory().numTensors;
  const initial = values();
  const trainer = await graphOf(model, rows);
  epochs(trainer, {});
  const p = trainer.predict(rows.x);
  assert.deepEqual(values(), initial);
  await trainer.finish();
  assert.deepEqual(
    values(),
    (await trainer.state()).weights.map((weight) => [...weight]),
  );
  const own = model.predict(rows.x) as Tensor;
  assert.ok(tf.tidy(() => p.sub(own).abs().max().dataSync()[0]!) < 1e-6);
  const learned = values();
  epochs(trainer, { to: 1 });
  assert.deepEqual(values(), learned);
  trainer.dispose();
  tf.dispose([p, own]);
  assert.equal(tf.memory().numTensors, before);
});

test('graphTrainer() is undefined for models that it does not serve', { skip }, async () => {
  const rows = rowsOf();
  const { dense, flatten, dropout, batchNormalization } = tf.layers;
  const start = () => flatten({ inputShape });
  const end = () => dense({ units: 1, activation: 'sigmoid' });
  const of = (...layers: Parameters<Sequential['add']>[0][]) => tf.sequential({ layers });
  const frozen = of(start(), dense({ units: 3, trainable: false }), end());
  const input = tf.input({ shape: inputShape });
  const functional = tf.model({
    inputs: input,
    outputs: end().apply(flatten().apply(input)) as typeof input,
  });
  const unserved = [
    of(start(), batchNormalization(), end()),
    of(start(), dense({ units: 3, activation: 'elu' }), end()),
    of(start(), dense({ units: 3, kernelRegularizer: 'l1l2' }), end()),
    of(start(), dense({ units: 3, useBias: false }), end()),
    of(start(), dropout({ rate: 0.5, noiseShape: [1, 32] }), end()),
    of(start(), dense({ units: 1 })),
    of(start(), dense({ units: 3, activation: 'sigmoid' })),
    of(dense({ units: 3, inputShape }), flatten(), end()),
    frozen,
    functional,
  ];
  for (const model of unserved) assert.equal(await graphTrainer(model, rows), undefined);
  const served = of(
    start(),
    dropout({ rate: 0.2 }),
    dense({ units: 3, activation: 'tanh' }),
    dense({ units: 3 }),
    end(),
  );
  (await graphOf(served, rows)).dispose();
});

test('trainHead() gives the same history again, also after other runs, and the weights it learned', {
  skip,
}, async () => {
  const { x, labels } = rowsOf();
  const options = { validationData: [x, labels] as const, epochs: 3, seed: 9, verbose: 0 };
  const first = await trainHead(x, labels, options);
  await trainHead(x, labels, { ...options, seed: 10 });
  const again = await trainHead(x, labels, options);
  assert.deepEqual(again.history.history, first.history.history);
  const p = first.model.predict(x) as Tensor;
  const q = again.model.predict(x) as Tensor;
  assert.deepEqual(await p.data(), await q.data());
  const right = [...p.dataSync()].filter((value, i) => Number(value > 0.5) === labels[i]).length;
  assert.equal(right / labels.length, first.history.history.val_acc!.at(-1));
});

test("trainHead() shows callbacks the epoch's weights", { skip }, async () => {
  const { x, labels } = rowsOf();
  const model = head();
  const seen: number[] = [];
  const onEpochEnd = () => void seen.push(model.getWeights()[0]!.dataSync()[0]!);
  await trainHead(x, labels, { model, epochs: 3, seed: 9, verbose: 0, callbacks: [{ onEpochEnd }] });
  assert.equal(new Set(seen).size, 3);
  assert.equal(seen.at(-1), model.getWeights()[0]!.dataSync()[0]);
});

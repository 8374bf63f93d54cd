import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { LayersModel } from '@tensorflow/tfjs-node';
import { buildHead } from '../../../src/head/build-head';
import { headMetadata } from '../../../src/head/head-metadata';
import { trainHead } from '../../../src/head/training/train-head';
import type { TrainOptions } from '../../../src/head/training/train-options';
import { TrainingInterrupted } from '../../../src/head/training/training-interrupted';
import { evaluateHead } from '../../../src/insight/evaluate-head';
import { tf } from '../../../src/tensorflow';
import { printed } from '../../notebook/fake-kernel';
import { fromFolders, learnable, near, thrown } from '../data';

const { features, labels } = learnable();
const held = learnable({ rows: 10, seed: 2 });
const validationData: TrainOptions['validationData'] = [held.features, held.labels];
const quiet = { seed: 1, verbose: 0, batchSize: 4, epochs: 6 };
const newHead = (options = {}) => buildHead({ inputShape: [2, 2, 4], seed: 1, units: 8, ...options });
const weightsOf = (model: LayersModel) => model.getWeights().map((weight) => Array.from(weight.dataSync()));

/** Interrupts the process, as Kernel > Interrupt does, after an epoch. */
const interruptAfter = (epoch: number) => ({
  onEpochEnd: (at: number) => {
    if (at + 1 === epoch) process.kill(process.pid, 'SIGINT');
  },
});

describe('trainHead()', () => {
  test("learns, and records Keras' history", async () => {
    const { history, model, seed } = await trainHead(features, labels, {
      ...quiet,
      epochs: 30,
      validationData,
    });
    assert.deepEqual(Object.keys(history.history), ['loss', 'acc', 'val_loss', 'val_acc']);
    assert.deepEqual(
      history.epoch,
      Array.from({ length: 30 }, (_, i) => i),
    );
    assert.equal(seed, 1);
    assert.deepEqual(history.params, { epochs: 30, batchSize: 4, learningRate: 0.001, seed: 1, samples: 24 });
    const { loss, acc } = evaluateHead(model, held.features, held.labels);
    assert.ok(acc > 0.9, `accuracy ${acc}`);
    assert.equal(acc, history.history.val_acc!.at(-1));
    // Evaluation runs layer by layer, training as one graph: they may sum in another order.
    near([loss], [history.history.val_loss!.at(-1)!], 1e-6);
  });

  test('learns three classes, in numbers that are left or passed in', async () => {
    const three = learnable({ rows: 30, classes: 3 });
    for (const own of [{}, { model: newHead({ classes: 3 }) }]) {
      const trained = await trainHead(three.features, three.labels, {
        ...quiet,
        epochs: 40,
        learningRate: 0.01,
        ...own,
      });
      assert.deepEqual(trained.model.outputShape, [null, 3]);
      assert.ok(evaluateHead(trained.model, three.features, three.labels).acc > 0.9);
    }
  });

  test('refuses a head that is undefined or compiled, and trains one further that it has trained', async () => {
    await assert.rejects(
      trainHead(features, labels, { ...quiet, model: undefined }),
      /`model`.*undefined.*builds it/,
    );
    const compiled = newHead();
    compiled.compile({ optimizer: tf.train.sgd(0.5), loss: 'binaryCrossentropy' });
    await assert.rejects(
      trainHead(features, labels, { ...quiet, model: compiled }),
      /compiled with SGD.*`optimizer`/,
    );
    const model = newHead();
    await trainHead(features, labels, { ...quiet, model });
    const lines = await printed(async () => {
      await trainHead(features, labels, { ...quiet, model, verbose: 1 });
    });
    assert.match(lines[0]!, /Continues after 6 epochs/);
  });

  test('gives the same history and weights for the same seed, others for another', async () => {
    const run = async (seed: number) => {
      const { history, model } = await trainHead(features, labels, { ...quiet, seed, validationData });
      return [history.history, weightsOf(model)];
    };
    const first = await run(1);
    assert.deepEqual(await run(1), first);
    assert.notDeepEqual(await run(2), first);
  });

  test('draws a seed and returns it where none is given', async () => {
    const first = await trainHead(features, labels, { ...quiet, seed: undefined });
    const again = await trainHead(features, labels, { ...quiet, seed: first.seed });
    assert.deepEqual(again.history.history, first.history.history);
  });

  test('says first what it trains on, and what an accuracy has to be compared with', async () => {
    const lines = await printed(async () => {
      await trainHead(features, labels, { ...quiet, verbose: 2, epochs: 2, validationData });
    });
    assert.equal(
      lines[0],
      'Train on 24 samples, validate on 10 samples (always saying class 0 would be right in 50.0%)',
    );
    assert.equal(lines.length, 4);
    assert.match(
      lines[1]!,
      /^Epoch 1\/2 - \d+m?s - loss: [\d.]+ - acc: [\d.]+ - val_loss: [\d.]+ - val_acc: [\d.]+$/,
    );
    assert.deepEqual(await printed(async () => void (await trainHead(features, labels, quiet))), []);
  });

  test('names the largest class by its folder', async () => {
    const [own, other] = [features.clone(), held.features.clone()];
    fromFolders(own, labels);
    fromFolders(other, held.labels);
    const lines = await printed(async () => {
      await trainHead(own, labels, { ...quiet, verbose: 1, epochs: 1, validationData: [other, held.labels] });
    });
    assert.match(lines[0]!, /\(always saying 'cats' would be right in 50\.0%\)$/);
  });

  test('lets the head know its classes and how its photos were prepared', async () => {
    const own = features.clone();
    const provenance = fromFolders(own, labels);
    const { model } = await trainHead(own, labels, quiet);
    const { classIndices, recipe } = provenance;
    assert.deepEqual(headMetadata(model), { classIndices, recipe });
  });

  test('gives a head that is trained on the metadata of the newest features, or none', async () => {
    const [first, second] = [features.clone(), features.clone()];
    fromFolders(first, labels);
    fromFolders(second, labels, { classNames: ['dogs', 'cats'] });
    const { model } = await trainHead(first, labels, quiet);
    await trainHead(second, labels, { ...quiet, model });
    assert.deepEqual(headMetadata(model).classIndices, { dogs: 0, cats: 1 });
    await trainHead(features, labels, { ...quiet, model });
    assert.deepEqual(headMetadata(model), { classIndices: undefined, recipe: undefined });
  });

  test('calls callbacks after each epoch, with its numbers', async () => {
    const seen: [number, string[]][] = [];
    const { history } = await trainHead(features, labels, {
      ...quiet,
      validationData,
      callbacks: [{ onEpochEnd: async (epoch, logs) => void seen.push([epoch, Object.keys(logs)]) }],
    });
    assert.deepEqual(
      seen,
      history.epoch.map((epoch) => [epoch, ['loss', 'acc', 'val_loss', 'val_acc']]),
    );
  });

  test('stops after the epoch in which a callback sets model.stopTraining', async () => {
    const model = newHead();
    const early = {
      onEpochEnd: (epoch: number) => {
        model.stopTraining = epoch === 2;
      },
    };
    const { history } = await trainHead(features, labels, { ...quiet, model, callbacks: [early] });
    assert.deepEqual(history.epoch, [0, 1, 2]);
    const again = await trainHead(features, labels, { ...quiet, model });
    assert.equal(again.history.epoch.length, 6);
  });

  test('leaves no tensor but the model', async () => {
    const before = tf.memory().numTensors;
    for (let run = 0; run < 3; run++) {
      const { model } = await trainHead(features, labels, { ...quiet, validationData });
      model.dispose();
      const split = await trainHead(features, labels, { ...quiet, validationSplit: 0.25 });
      split.model.dispose();
      assert.equal(tf.memory().numTensors, before);
    }
    for (let run = 0; run < 3; run++) {
      await thrown(() => trainHead(features, labels.slice(1), quiet));
      assert.equal(tf.memory().numTensors, before);
    }
  });

  test('says what does not fit', async () => {
    const rejects = (options: object, message: RegExp) =>
      assert.rejects(trainHead(features, labels, { ...quiet, ...options }), {
        name: 'LittleDataError',
        message,
      });
    await assert.rejects(
      trainHead(features, labels.slice(1), quiet),
      /the labels of the train data: expected 24/,
    );
    await rejects(
      { validationData: [held.features, labels] },
      /the labels of the validation data: expected 10/,
    );
    await rejects(
      { validationData: [tf.zeros([2, 3]), [0, 1]] },
      /the validation data: expected features \[n, 2, 2, 4\]/,
    );
    await rejects(
      { model: newHead({ classes: 3 }) },
      /expected one sigmoid unit for two classes, found 3 units/,
    );
    await assert.rejects(
      trainHead([1] as never, labels, quiet),
      /the train data: expected features: a tensor/,
    );
    await rejects({ epochs: 0 }, /`epochs`: expected an integer of 1 or more, found 0/);
    await rejects({ batchSize: 1.5 }, /`batchSize`/);
    await rejects({ learningRate: -1 }, /`learningRate`/);
    await rejects({ batchsize: 4 }, /found `batchsize`/);
  });
});

describe('trainHead() interrupted', () => {
  test('resumes in the same call with the history and weights of a run that was not', async () => {
    const whole = newHead();
    const { history: expected } = await trainHead(features, labels, {
      ...quiet,
      model: whole,
      validationData,
    });
    const model = newHead();
    const options = { ...quiet, model, validationData };
    const error = await thrown(() =>
      trainHead(features, labels, { ...options, callbacks: [interruptAfter(2)] }),
    );
    assert.ok(error instanceof TrainingInterrupted);
    assert.deepEqual(error.history.history.loss, expected.history.loss!.slice(0, 2));
    assert.equal(error.model, model);
    const { acc } = evaluateHead(model, held.features, held.labels);
    assert.equal(acc, expected.history.val_acc![1]);
    assert.equal(error.name, 'InterruptedError');
    assert.match(error.message, /interrupted in epoch 3 of 6\. .*Run the cell again to resume/);
    const again = await thrown(() =>
      trainHead(features, labels, { ...options, callbacks: [interruptAfter(4)] }),
    );
    assert.match(again.message, /interrupted in epoch 5 of 6/);
    // The cell may also build the head anew.
    const rebuilt = newHead();
    const third = await thrown(() =>
      trainHead(features, labels, { ...options, model: rebuilt, callbacks: [interruptAfter(5)] }),
    );
    assert.match(third.message, /interrupted in epoch 6 of 6/);
    model.setWeights(rebuilt.getWeights());
    const { history } = await trainHead(features, labels, options);
    assert.deepEqual(history.history, expected.history);
    assert.deepEqual(history.epoch, expected.epoch);
    assert.deepEqual(weightsOf(model), weightsOf(whole));
  });

  test('begins anew where anything was changed', async () => {
    const options = { ...quiet, epochs: 5 };
    const { history: expected } = await trainHead(features, labels, { ...options, learningRate: 0.002 });
    await thrown(() => trainHead(features, labels, { ...options, callbacks: [interruptAfter(2)] }));
    const { history } = await trainHead(features, labels, { ...options, learningRate: 0.002 });
    assert.deepEqual(history.history, expected.history);
  });

  test('names the seed that resumes the run where none was given', async () => {
    const options = { ...quiet, seed: undefined, callbacks: [interruptAfter(1)] };
    const error = await thrown(() => trainHead(features, labels, options));
    const seed = Number(/Run the cell again with `seed: (\d+)`/.exec(error.message)![1]);
    const lines = await printed(async () => {
      await trainHead(features, labels, { ...quiet, verbose: 1, seed });
    });
    assert.match(lines[0]!, /resumed in epoch 2/);
  });

  test('leaves no tensor behind', async () => {
    const before = tf.memory().numTensors;
    const error = await thrown(() =>
      trainHead(features, labels, { ...quiet, seed: 77, callbacks: [interruptAfter(1)] }),
    );
    (error as TrainingInterrupted).model.dispose();
    assert.equal(tf.memory().numTensors, before);
  });
});

describe('trainHead() with validationSplit', () => {
  test('holds back rows of every class, trains on the others, and says which', async () => {
    const own = features.clone();
    fromFolders(own, labels);
    const lines: string[] = [];
    const result = { rows: [] as number[], samples: 0, validated: 0 };
    lines.push(
      ...(await printed(async () => {
        const trained = await trainHead(own, labels, {
          ...quiet,
          verbose: 1,
          epochs: 1,
          validationSplit: 0.25,
        });
        result.rows = [...trained.validationRows!];
        result.samples = trained.history.params.samples!;
        result.validated = trained.history.history.val_acc!.length;
      })),
    );
    assert.equal(
      lines[0],
      "Held out 6 of 24 rows for validation, drawn with seed 1: 3 of 'cats', 3 of 'dogs'",
    );
    assert.match(lines[1]!, /^Train on 18 photos \(.* x .*\), validate on 6 photos/);
    assert.deepEqual([result.rows.length, result.samples, result.validated], [6, 18, 1]);
    assert.deepEqual(
      [0, 1].map((label) => result.rows.filter((row) => labels[row] === label).length),
      [3, 3],
    );
  });

  test('can be interrupted and resumed', async () => {
    const options = { ...quiet, validationSplit: 0.25, seed: 9 };
    const { history: expected } = await trainHead(features, labels, options);
    await thrown(() => trainHead(features, labels, { ...options, callbacks: [interruptAfter(3)] }));
    const { history } = await trainHead(features, labels, options);
    assert.deepEqual(history.history, expected.history);
  });

  test('refuses validationData beside it', async () => {
    await assert.rejects(
      trainHead(features, labels, { ...quiet, validationSplit: 0.2, validationData }),
      /trainHead: expected `validationData` or `validationSplit`, found both/,
    );
  });
});

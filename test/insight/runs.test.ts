import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  buildHead,
  compareRuns,
  findRun,
  plotHistory,
  rerun,
  runs,
  showRuns,
  TrainingInterrupted,
  type TrainOptions,
  trainHead,
} from '../../src';
import { provenanceOf, setProvenance } from '../../src/features/provenance';
import { readRuns, runsFolder } from '../../src/head/runs/run-files';
import { fromFolders, learnable } from '../head/data';
import { inFakeKernel, printed } from '../notebook/fake-kernel';
import { projectRoot } from '../run-node';

const { features, labels } = learnable({ rows: 40 });
const held = learnable({ rows: 30 });
const validationData: TrainOptions['validationData'] = [held.features, held.labels];
const options = { epochs: 12, batchSize: 8, seed: 5, verbose: 0, validationData } as const;
const named = process.env.LITTLE_DATA_RUNS;
before(() => {
  process.env.LITTLE_DATA_RUNS = fs.mkdtempSync(path.join(os.tmpdir(), 'little-data-records-'));
});
after(() => {
  fs.rmSync(process.env.LITTLE_DATA_RUNS!, { recursive: true });
  if (named === undefined) delete process.env.LITTLE_DATA_RUNS;
  else process.env.LITTLE_DATA_RUNS = named;
});

describe('runs of trainHead()', () => {
  test('leave a record each, which tables and the closing line show', async () => {
    const first = await trainHead(features, labels, options);
    const lines = await printed(async () => {
      await trainHead(features, labels, {
        ...options,
        verbose: 1,
        name: 'sgd',
        optimizer: 'sgd',
        learningRate: 0.01,
      });
    });
    assert.match(
      lines.at(-1)!,
      /^sgd: validation accuracy [\d.]+ \(mean of the last 10 epochs; 95% interval [\d.]+ to [\d.]+ with 30 photos\), [+-][\d.]+ points against run 1\.$/,
    );
    const [one, two] = readRuns();
    assert.deepEqual(one!.history, { ...first.history.history });
    assert.equal(one!.name, 'run 1');
    assert.deepEqual([one!.photos.train, one!.photos.validation, one!.seed], [40, 30, 5]);
    assert.equal(one!.digests.validation, two!.digests.validation);
    const [low, high] = one!.final!.interval;
    assert.ok(low < one!.final!.acc && one!.final!.acc <= high);
    assert.equal(one!.final!.acc, first.history.history.val_acc!.at(-1));
    const table = runs();
    assert.equal(table.shape[0], 2);
    assert.deepEqual(table.column('name').values, ['sgd', 'run 1']);
    assert.deepEqual(table.column('optimizer').values, ['sgd', 'adam']);
    const [shown] = await inFakeKernel(() => showRuns());
    assert.equal(String(shown!.data['text/html']).match(/<img alt="from/g)!.length, 2);
    assert.match(String(shown!.data['text/plain']), /^sgd \| .*\nrun 1 \| .*\n2 of 2 runs$/);
  });

  test('are found by name or id, the newest of several with one name', async () => {
    for (let i = 0; i < 2; i++)
      await trainHead(features, labels, { ...options, epochs: 2 + i, name: 'twice' });
    const all = readRuns();
    assert.deepEqual(findRun('twice'), all.at(-1));
    assert.deepEqual(findRun(all.at(-2)!.id), all.at(-2));
    const spec = JSON.stringify(plotHistory([findRun(all.at(-2)!.id), findRun('sgd')]));
    assert.ok(spec.includes('twice') && spec.includes('sgd'));
    assert.throws(() => findRun('nobody'), /`reference`: expected the id or name of a run.*nobody/s);
  });

  test('are compared: their settings, and their predictions for the same photos', async () => {
    let comparison: Awaited<ReturnType<typeof compareRuns>> | undefined;
    const lines = await printed(async () => {
      comparison = await compareRuns('run 1', 'sgd');
    });
    const { differences, test: paired, sentence } = comparison!;
    assert.deepEqual(Object.keys(differences), ['learningRate', 'optimizer']);
    const [one, two] = readRuns();
    assert.ok(Math.abs(paired!.difference - (two!.final!.acc - one!.final!.acc)) < 1e-12);
    assert.match(sentence, /95% interval -?[\d.]+ to -?[\d.]+: .* with 30 photos \(p = [\d.]+\)\.$/);
    assert.ok(lines[0]!.includes('learningRate: 0.001 -> 0.01'));
    // Other features of the same photos, which their bytes tell.
    const pair = [1, 2].map((factor) => held.features.mul(factor));
    for (const [k, own] of pair.entries()) {
      fromFolders(own, held.labels);
      const hashes = held.labels.map((_, i) => i.toString(16).padStart(64, '0'));
      setProvenance(own, { ...provenanceOf(own)!, hashes });
      await trainHead(features, labels, {
        ...options,
        name: `features ${k}`,
        validationData: [own, held.labels],
      });
    }
    await printed(async () => {
      comparison = await compareRuns('features 0', 'features 1');
    });
    assert.equal(comparison!.test!.n, 30);
    await trainHead(features, labels, { ...options, name: 'other', validationData: [features, labels] });
    await printed(async () => {
      comparison = await compareRuns('run 1', 'other');
    });
    assert.equal(comparison!.test, undefined);
    await assert.rejects(compareRuns('run 1', 'none'), /`b`.*found "none".*`runs\(\)`/);
  });

  test('are repeated bit for bit, or it is said what differs', async () => {
    const again = await rerun('run 1', {
      trainData: features,
      trainLabels: labels,
      validationData,
      verbose: 0,
    });
    assert.deepEqual([again.same, again.differences], [true, []]);
    const other = learnable({ rows: 44 });
    const changed = await rerun('run 1', {
      ...{ trainData: other.features, trainLabels: other.labels, validationData, verbose: 0 },
    });
    assert.deepEqual([changed.same, changed.differences], [false, ['the train features or labels']]);
    await trainHead(features, labels, { ...options, name: 'by hand', learningRate: () => 0.002 });
    await assert.rejects(
      rerun('by hand', { trainData: features, trainLabels: labels, validationData }),
      /moved by hand/,
    );
  });

  test('leave one when they are interrupted, with the history so far', async () => {
    const onEpochEnd = (epoch: number) => {
      if (epoch === 3) process.kill(process.pid, 'SIGINT');
    };
    const model = buildHead({ inputShape: features.shape.slice(1), seed: 1, units: 8 });
    await assert.rejects(
      trainHead(features, labels, { ...options, name: 'cut', model, callbacks: { onEpochEnd } }),
      TrainingInterrupted,
    );
    const record = readRuns().at(-1)!;
    assert.deepEqual([record.name, record.status, record.history.loss!.length], ['cut', 'interrupted', 4]);
  });

  test('of two processes at once are all there, and a damaged one is refused by name', () => {
    const folder = path.join(process.env.LITTLE_DATA_RUNS!, 'two');
    const code = `
      const { trainHead } = require('little-data');
      const tf = require('@tensorflow/tfjs-node');
      const x = tf.randomNormal([16, 6], 0, 1, 'float32', 1);
      const labels = Array.from({ length: 16 }, (_, i) => i % 2);
      (async () => { for (let i = 0; i < 5; i++) await trainHead(x, labels, { epochs: 1, verbose: 0, seed: i }); })();`;
    const one = `node --conditions=little-data-source --require ./src/kernel/preload.cjs -e "$CODE"`;
    const { status } = spawnSync('sh', ['-c', `${one} & ${one}; wait`], {
      cwd: projectRoot,
      env: { ...process.env, CODE: code, LITTLE_DATA_RUNS: folder, NODE_OPTIONS: '' },
    });
    assert.equal(status, 0);
    process.env.LITTLE_DATA_RUNS = folder;
    try {
      assert.equal(readRuns().length, 10);
      const file = path.join(runsFolder(), fs.readdirSync(runsFolder())[0]!);
      fs.writeFileSync(file, '{"version": 1');
      assert.throws(() => runs(), /the record of a training run/);
    } finally {
      process.env.LITTLE_DATA_RUNS = path.dirname(folder);
    }
  });
});

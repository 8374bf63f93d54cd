import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { LayersModel, Tensor4D } from '@tensorflow/tfjs-node';
import { np } from '../../../src/features/np';
import { buildHead } from '../../../src/head/build-head';
import { saveHead } from '../../../src/head/save-head';
import { cutBase, gradCam } from '../../../src/insight/explanation/grad-cam';
import { tensorflowReady, tf } from '../../../src/tensorflow';
import { withoutKeras } from '../../head/keras';

before(tensorflowReady);

function smallBase(...more: LayersModel['layers']): LayersModel {
  const conv = (name: string, filters: number, seed: number) =>
    tf.layers.conv2d({
      ...{ name, filters, kernelSize: 3, padding: 'same', activation: 'relu' },
      kernelInitializer: tf.initializers.glorotUniform({ seed }),
      inputShape: [16, 24, 3],
    });
  return tf.sequential({ layers: [conv('first', 6, 1), conv('last', 8, 2), ...more] });
}

const pool = () => tf.layers.maxPooling2d({ poolSize: 2, strides: 2, name: 'pool' });
const photo = () => tf.randomUniform([1, 16, 24, 3], 0, 1, 'float32', 5) as Tensor4D;

describe('gradCam()', () => {
  let folder: string;
  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'little-data-grad-cam-'));
  });
  after(() => fs.rmSync(folder, { recursive: true }));

  for (const classes of [2, 3])
    test(`has TensorFlow's numbers for ${classes} classes`, { skip: withoutKeras }, async () => {
      const base = smallBase(pool());
      const head = buildHead({ inputShape: [8, 12, 8], seed: 3, units: 5, classes });
      const x = photo();
      await saveHead(base, path.join(folder, 'base.h5'));
      await saveHead(head, path.join(folder, 'head.h5'));
      await np.save(path.join(folder, 'x.npy'), x);
      execFileSync(
        process.env.LITTLE_DATA_KERAS_PYTHON!,
        [path.join(__dirname, 'grad-cam.py'), folder, 'last'],
        {
          stdio: ['ignore', 'ignore', 'pipe'],
        },
      );
      const cut = cutBase(base);
      assert.equal(cut.name, 'last');
      const tensors = tf.memory().numTensors;
      const heats = Array.from({ length: classes }, (_, label) => gradCam(x, { cut, head, label }));
      assert.equal(tf.memory().numTensors, tensors);
      for (const [label, heat] of heats.entries()) {
        const expected = np.load(path.join(folder, `${label}.npy`)).arraySync() as number[][];
        assert.equal(heat.length, 16);
        assert.ok(Math.max(...expected.flat()) > 0.9);
        for (const [y, row] of heat.entries())
          for (const [at, value] of row.entries())
            assert.ok(Math.abs(value - expected[y]![at]!) < 1e-3, `${label}: ${y}, ${at}`);
      }
      assert.notDeepEqual(heats[0], heats[1]);
    });

  test('changes where the weights of the head are shuffled', () => {
    const base = smallBase(pool());
    const head = buildHead({ inputShape: [8, 12, 8], seed: 3, units: 0 });
    const x = photo();
    const cut = cutBase(base);
    const heat = gradCam(x, { cut, head, label: 1 }).flat();
    const [kernel, bias] = head.getWeights();
    head.setWeights([kernel!.reverse(0), bias!]);
    const other = gradCam(x, { cut, head, label: 1 }).flat();
    assert.ok(correlation(heat, other) < 0.9);
  });

  test('is 0 everywhere where nothing speaks for the class', () => {
    const base = smallBase();
    const head = buildHead({ inputShape: [16, 24, 8], seed: 3, units: 0, pooling: 'avg' });
    head.setWeights([tf.fill([8, 1], -1), tf.zeros([1])]);
    const heat = gradCam(photo(), { cut: cutBase(base), head, label: 1 }).flat();
    assert.ok(heat.every((value) => value === 0));
  });
});

describe('cutBase()', () => {
  test('finds the last layer before pooling, and takes others that have pooling alone behind them', () => {
    const base = smallBase(pool(), tf.layers.globalAveragePooling2d({ name: 'mean' }));
    assert.equal(cutBase(base).name, 'last');
    assert.equal(cutBase(base, 'pool').name, 'pool');
    assert.deepEqual(cutBase(base, 'pool').rest(tf.zeros([1, 8, 12, 8])).shape, [1, 8]);
  });

  test('refuses other layers by name', () => {
    const base = smallBase(pool());
    assert.throws(() => cutBase(base, 'first'), /`layer`.*found "first".*one of last, pool/s);
    assert.throws(() => cutBase(base, 'none'), /`layer`.*found "none"/s);
    const dense = smallBase(
      tf.layers.flatten({ name: 'flat' }),
      tf.layers.dense({ units: 2, name: 'top' }) as never,
    );
    assert.throws(() => cutBase(dense), /`base`.*ends in top/s);
  });
});

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [ma, mb] = [mean(a), mean(b)];
  const dot = (f: (i: number) => number) => a.reduce((sum, _, i) => sum + f(i), 0);
  const cross = dot((i) => (a[i]! - ma) * (b[i]! - mb));
  return cross / Math.sqrt(dot((i) => (a[i]! - ma) ** 2) * dot((i) => (b[i]! - mb) ** 2));
}

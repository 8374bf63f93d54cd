import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { before, describe, test } from 'node:test';
import type { Tensor } from '@tensorflow/tfjs-node';
import { fitLinear } from '../../src/head/fit-linear';
import { loadHead } from '../../src/head/load-head';
import { saveHead } from '../../src/head/save-head';
import { tensorflowReady, tf } from '../../src/tensorflow';

before(tensorflowReady);

interface Reference {
  n: number;
  size: number;
  classes: number;
  strength: number;
  coefficients: number[][];
  intercepts: number[];
}
const references: Reference[] = JSON.parse(fs.readFileSync(path.join(__dirname, 'fit-linear.json'), 'utf8'));

/** Numbers that `fit-linear.py` makes too. */
function rows(n: number, size: number, classes: number): { features: Tensor; labels: number[] } {
  const values = Float32Array.from(
    { length: n * size },
    (_, i) =>
      Math.sin(i * 12.9898) * 0.5 + Math.cos(i * 0.37) * (0.3 + (Math.floor(i / size) % classes) * 0.4),
  );
  const labels = Array.from({ length: n }, (_, i) => (i + (i % 7 === 0 ? 1 : 0)) % classes);
  return { features: tf.tensor2d(values, [n, size]), labels };
}

describe('fitLinear()', () => {
  for (const { n, size, classes, strength, coefficients, intercepts } of references)
    test(`has scikit-learn's coefficients for ${n} rows of ${size}, ${classes} classes, C = ${strength}`, async () => {
      const { features, labels } = rows(n, size, classes);
      const { model, tried } = await fitLinear(features, labels, { strength });
      assert.deepEqual(tried, []);
      const [kernel, bias] = model.getWeights().map((weight) => weight.arraySync()) as [number[][], number[]];
      for (const [o, own] of coefficients.entries()) {
        for (const [k, expected] of own.entries())
          assert.ok(
            Math.abs(kernel[k]![o]! - expected) < 1e-3,
            `${o}, ${k}: ${kernel[k]![o]} for ${expected}`,
          );
        // Those of a softmax may all move by one number; scikit-learn leaves them where its search ends.
        const shift = classes > 2 ? bias[0]! - intercepts[0]! : 0;
        assert.ok(
          Math.abs(bias[o]! - shift - intercepts[o]!) < 1e-3,
          `bias ${o}: ${bias[o]} for ${intercepts[o]}`,
        );
      }
      model.dispose();
    });

  test('chooses the strength by parts of these rows, and is the same each time', async () => {
    const { features, labels } = rows(60, 8, 2);
    const [first, again] = [await fitLinear(features, labels), await fitLinear(features, labels)];
    assert.equal(first.tried.length, 10);
    const least = Math.min(...first.tried.map(({ loss }) => loss));
    assert.equal(first.tried.find(({ loss }) => loss === least)!.strength, first.strength);
    for (const { loss, acc } of first.tried) assert.ok(loss > 0 && acc >= 0 && acc <= 1);
    assert.deepEqual(again.tried, first.tried);
    const alone = await fitLinear(features, labels, { strength: first.strength });
    const of = (head: typeof alone) => Array.from(head.model.getWeights()[0]!.dataSync());
    assert.deepEqual(of(alone), of(first));
    for (const { model } of [first, again, alone]) model.dispose();
  });

  test('gives a head that can be saved, and takes rows of any shape', async () => {
    const { features, labels } = rows(24, 12, 3);
    const shaped = features.reshape([24, 2, 2, 3]);
    const { model } = await fitLinear(shaped, labels, { strength: 1 });
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fit-linear-'));
    await saveHead(model, path.join(folder, 'head.h5'));
    const loaded = await loadHead(path.join(folder, 'head.h5'));
    const [a, b] = [model, loaded].map((head) => Array.from((head.predict(shaped) as Tensor).dataSync()));
    assert.deepEqual(a, b);
    fs.rmSync(folder, { recursive: true });
    model.dispose();
    loaded.dispose();
  });

  test('leaves no tensor behind but the model', async () => {
    const { features, labels } = rows(24, 4, 2);
    const { numTensors } = tf.memory();
    const { model } = await fitLinear(features, labels);
    model.dispose();
    assert.equal(tf.memory().numTensors, numTensors);
  });

  test('refuses a class of one row, and what is no strength', async () => {
    const { features, labels } = rows(12, 4, 2);
    const alone = labels.map((_, i) => (i === 5 ? 1 : 0));
    await assert.rejects(fitLinear(features, alone), /two rows or more of each class, found 1 of class 1/);
    for (const strength of [0, -1, Number.NaN, []])
      await assert.rejects(fitLinear(features, labels, { strength }), /`strength`/);
    await assert.rejects(fitLinear(features, labels.slice(1)), /one for each row/);
  });
});

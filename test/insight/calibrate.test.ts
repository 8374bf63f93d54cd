import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { before, describe, test } from 'node:test';
import type { LayersModel } from '@tensorflow/tfjs-node';
import { buildHead } from '../../src/head/build-head';
import { headMetadata } from '../../src/head/head-metadata';
import { loadHead } from '../../src/head/load-head';
import { predictionsOf } from '../../src/head/prediction/predictor';
import { saveHead } from '../../src/head/save-head';
import { trainHead } from '../../src/head/training/train-head';
import { calibrate } from '../../src/insight/calibrate';
import { evaluateHead } from '../../src/insight/evaluate-head';
import { tensorflowReady, tf } from '../../src/tensorflow';
import { inFakeKernel, printed } from '../notebook/fake-kernel';
import { close, references, sureLogits } from '../numerics/references';

before(tensorflowReady);

/** A head whose logits are the features. */
function identity(classes: number): LayersModel {
  const head = buildHead({ inputShape: [classes], classes, units: 0, seed: 1 });
  const kernel = classes === 2 ? tf.tensor2d([[-1], [1]]) : tf.eye(classes);
  head.setWeights([kernel, tf.zeros([classes === 2 ? 1 : classes])]);
  return head;
}

const quiet = { verbose: 0 };

describe('calibrate()', () => {
  for (const { n, classes, temperature, losses, before: error, after } of references.temperatures)
    test(`has SciPy's temperature and NumPy's calibration error, ${classes} classes`, async () => {
      const { logits, labels } = sureLogits(n, classes);
      const features = tf.tensor2d(Float32Array.from(logits), [n, classes]);
      const head = identity(classes);
      const { numTensors } = tf.memory();
      const found = await calibrate(head, features, labels, quiet);
      assert.equal(tf.memory().numTensors, numTensors);
      // The head computes in float32.
      close(found.temperature, temperature, 1e-4 * temperature);
      close(found.before.loss, losses[0], 1e-5);
      close(found.after.loss, losses[1], 1e-5);
      close(found.before.error, error, 1e-5);
      close(found.after.error, after, 1e-4);
      // The head has learned it.
      close(evaluateHead(head, features, labels).loss, losses[1], 1e-4);
    });

  test('marks as unsure what is below the threshold: the others have the wanted accuracy', async () => {
    const { logits, labels } = sureLogits(120, 2);
    const features = tf.tensor2d(Float32Array.from(logits), [120, 2]);
    const head = identity(2);
    const { named, threshold } = await calibrate(head, features, labels, { ...quiet, accuracy: 0.9 });
    const photos = Array.from(labels, String);
    const predictions = predictionsOf({ head, classIndices: { a: 0, b: 1 } }, { features, photos });
    const sure = predictions.filter(({ unsure }) => unsure === false);
    const right = sure.filter(({ photo, className }) => className === 'ab'[Number(photo)]);
    // The probability of the threshold itself is rounded to float32 here.
    assert.ok(Math.abs(sure.length / 120 - named.fraction) < 0.01, `${sure.length} ${named.fraction}`);
    assert.ok(right.length / sure.length >= 0.89 && named.acc >= 0.9);
    assert.ok(threshold > 0.5 && named.fraction < 1);
    assert.ok(predictions.some(({ unsure }) => unsure));
  });

  test('is kept by saveHead(), and forgotten by training', async () => {
    const { logits, labels } = sureLogits(120, 2);
    const features = tf.tensor2d(Float32Array.from(logits), [120, 2]);
    const head = identity(2);
    const { temperature, threshold } = await calibrate(head, features, labels, { ...quiet, accuracy: 0.9 });
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'calibrate-'));
    const file = path.join(folder, 'head.h5');
    await saveHead(head, file);
    const loaded = await loadHead(file);
    assert.deepEqual(headMetadata(loaded).calibration, { temperature, threshold });
    assert.deepEqual(evaluateHead(loaded, features, labels), evaluateHead(head, features, labels));
    await trainHead(features, labels, { model: loaded, epochs: 1, seed: 1, verbose: 0 });
    assert.equal(headMetadata(loaded).calibration, undefined);
    fs.rmSync(folder, { recursive: true });
  });

  test('keeps the probabilities where no photo is wrong, and refuses a head that tells nothing', async () => {
    const features = tf.tensor2d([3, 0, 0, 3, 4, 0], [3, 2]);
    const { temperature, threshold, sentence } = await calibrate(identity(2), features, [0, 1, 0], quiet);
    assert.deepEqual([temperature, threshold], [1, 0]);
    assert.match(sentence, /All 3 photos are predicted right/);
    await assert.rejects(calibrate(identity(2), features, [1, 0, 1], quiet), /0 right of 3/);
  });

  test('shows the diagram and a sentence', async () => {
    const { logits, labels } = sureLogits(90, 3);
    const features = tf.tensor2d(Float32Array.from(logits), [90, 3]);
    let lines: string[] = [];
    const messages = await inFakeKernel(async () => {
      lines = await printed(async () => {
        await calibrate(identity(3), features, labels);
      });
    });
    assert.ok(messages.some(({ data }) => 'application/vnd.vegalite.v5+json' in data));
    assert.match(lines.at(-1)!, /temperature 5\.85/);
  });
});

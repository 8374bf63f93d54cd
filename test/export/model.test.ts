import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { LayersModel, Tensor, Tensor4D } from '@tensorflow/tfjs-node';
import { namePreprocessing } from '../../src/datasets/batches/preprocessing';
import { exportModel } from '../../src/export/model';
import { predictPhoto } from '../../src/head/prediction/predict-photo';
import { saveHead } from '../../src/head/save-head';
import { decodePhoto } from '../../src/images/decode-photo';
import { resizeNearest } from '../../src/images/resize-nearest';
import { EfficientNetLite0 } from '../../src/networks/efficientnet-lite';
import { preprocessInput, VGG16 } from '../../src/networks/vgg16';
import { tensorflowReady, tf } from '../../src/tensorflow';
import { pngOf } from '../fixtures/pictures';
import { smallBase } from '../head/data';
import { runNode } from '../run-node';
import { calibrated, evaluationOf, headFor, loadExported } from './heads';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'little-data-model-'));
const photo = path.join(folder, 'photo.png');
after(() => fs.rmSync(folder, { recursive: true }));
let base: LayersModel;
before(async () => {
  await tensorflowReady();
  base = smallBase();
  const data = Uint8Array.from({ length: 40 * 30 * 3 }, (_, i) => (i * i * 31) % 256);
  fs.writeFileSync(photo, pngOf({ height: 40, width: 30, data }));
});

/** What an exported model says of a photo, as somebody else's program would ask it. */
async function answer(dir: string, file: string): Promise<number[]> {
  const model = await loadExported(dir);
  const { targetSize } = model.getUserDefinedMetadata() as { targetSize: [number, number] };
  const pixels = resizeNearest(await decodePhoto(file), targetSize);
  const values = tf.tidy(() => {
    const x = tf.tensor4d(Float32Array.from(pixels), [1, ...targetSize, 3]);
    return Array.from((model.predict(x) as Tensor).dataSync());
  });
  model.dispose();
  return values;
}

/** By default the same float32 sums, perhaps in another order. */
function near(found: number[], expected: Record<string, number>, tolerance = 1e-5): void {
  const byLabel = Object.values(expected);
  const wanted = found.length === 1 ? byLabel.slice(1) : byLabel;
  assert.equal(found.length, wanted.length);
  for (const [i, value] of found.entries())
    assert(Math.abs(value - wanted[i]!) < tolerance, `${found} ${wanted}`);
}

describe('exportModel()', () => {
  const mine = namePreprocessing('mine', (x: Tensor4D) => x.div(127.5).sub(1) as Tensor4D);
  for (const [name, preprocessing] of [
    ['no preprocessing', {}],
    ['rescale', { rescale: 1 / 255 }],
    ["VGG16's own", { preprocessingFunction: preprocessInput }],
    ['a function of mine', { preprocessingFunction: mine }],
  ] as const)
    for (const classes of [2, 3])
      test(`answers as predictPhoto() does with ${name}, ${classes} classes`, async () => {
        const head = headFor(base, { classes, ...preprocessing });
        const dir = path.join(folder, `${name} ${classes}`);
        await exportModel(head, dir, { base });
        near(await answer(dir, photo), (await predictPhoto(photo, { head, base })).probabilities);
      });

  for (const [classes, precision] of [
    [2, 'float32'],
    [3, 'float32'],
    [3, 'float16'],
  ] as const)
    test(`gives the calibrated probabilities of ${classes} classes, ${precision}`, async () => {
      const head = headFor(base, { classes, rescale: 1 / 255 });
      const plain = await predictPhoto(photo, { head, base });
      calibrated(head, { temperature: 3, threshold: 0.625 });
      const before = await predictPhoto(photo, { head, base });
      assert(plain.probability - before.probability > 0.02, `${plain.probability} ${before.probability}`);
      const dir = path.join(folder, `calibrated ${classes} ${precision}`);
      await exportModel(head, dir, { base, precision });
      near(await answer(dir, photo), before.probabilities, precision === 'float16' ? 2e-3 : 1e-5);
      const notes = JSON.parse(fs.readFileSync(path.join(dir, 'classes.json'), 'utf8'));
      assert.equal(notes.threshold, 0.625);
      assert.deepEqual(await predictPhoto(photo, { head, base }), before);
    });

  test('rounds weights to float16 where that is asked for, and says what float16 can not hold', async () => {
    const head = headFor(base, { classes: 3, preprocessingFunction: preprocessInput });
    const dir = path.join(folder, 'float16');
    const { bytes } = await exportModel(head, dir, { base, precision: 'float16' });
    const { bytes: full } = await exportModel(head, path.join(folder, 'float32'), { base });
    const numbers = [...base.getWeights(), ...head.getWeights()].reduce((sum, { size }) => sum + size, 0);
    // The weights that small bases have as zeros take half the bytes in both.
    assert(full - bytes > numbers && full - bytes <= numbers * 2 + 200, `${full} ${bytes} ${numbers}`);
    // Each weight is within 1/2048 of itself.
    near(await answer(dir, photo), (await predictPhoto(photo, { head, base })).probabilities, 2e-3);
    const large = headFor(base);
    const [kernel, ...others] = large.getWeights();
    large.setWeights([kernel!.mul(1e6), ...others]);
    await assert.rejects(
      exportModel(large, path.join(folder, 'large'), { base, precision: 'float16' }),
      /the weights dense\w*\/kernel: expected numbers up to 65,504/,
    );
    await assert.rejects(
      exportModel(head, dir, { base, precision: 'bfloat16' as 'float16' }),
      /`precision`: expected one of "float32", "float16", found "bfloat16"/,
    );
  });

  test("keeps EfficientNetLite0's float16 weights as they are, in half the bytes", async () => {
    const lite = await EfficientNetLite0({ pooling: 'avg' });
    const head = headFor(lite, { targetSize: [64, 64], units: 0, ...lite.recommended.generator });
    const dir = path.join(folder, 'lite0');
    const { bytes } = await exportModel(head, dir, { base: lite });
    const numbers = lite.countParams();
    assert(bytes < numbers * 2.1, `${bytes} bytes for ${numbers} numbers`);
    near(await answer(dir, photo), (await predictPhoto(photo, { head, base: lite })).probabilities);
    const model = await loadExported(dir);
    const [kernel] = model.layers[2]!.getWeights();
    assert.deepEqual(kernel!.dataSync(), lite.getWeights()[0]!.dataSync());
    model.dispose();
    lite.dispose();
  });

  test('takes a head from its file, and a Functional base with two branches', async () => {
    const input = tf.input({ shape: [null, null, 3] as unknown as number[] });
    const branch = (name: string) =>
      tf.layers.conv2d({ filters: 2, kernelSize: 8, strides: 8, name }).apply(input) as never;
    const sum = tf.layers.concatenate({ name: 'both' }).apply([branch('left'), branch('right')]);
    const branched = tf.model({ inputs: input, outputs: sum as never });
    const head = headFor(branched, { classes: 3 });
    const file = path.join(folder, 'head.h5');
    await saveHead(head, file);
    const dir = path.join(folder, 'branched');
    await exportModel(file, dir, { base: branched });
    near(await answer(dir, photo), (await predictPhoto(photo, { head, base: branched })).probabilities);
  });

  test('names classes and size in model.json and classes.json', async () => {
    const dir = path.join(folder, 'notes');
    const { bytes, dir: written } = await exportModel(headFor(base, { classes: 3 }), dir, { base });
    assert.equal(written, dir);
    const read = (name: string) => JSON.parse(fs.readFileSync(path.join(dir, name), 'utf8'));
    const notes = {
      classNames: ['kind 0', 'kind 1', 'kind 2'],
      targetSize: [16, 16],
      interpolation: 'nearest',
      exifOrientation: 'apply',
    };
    assert.deepEqual(read('model.json').userDefinedMetadata, notes);
    assert.deepEqual(read('classes.json'), notes);
    const names = fs.readdirSync(dir);
    assert.deepEqual(names.sort(), [
      'classes.json',
      'group1-shard1of1.bin',
      'little-data.json',
      'model.json',
    ]);
    assert.equal(
      bytes,
      names.reduce((sum, name) => sum + fs.statSync(path.join(dir, name)).size, 0),
    );
  });

  test('keeps how good the head is, and refuses that of other classes', async () => {
    const dir = path.join(folder, 'evaluated');
    const head = headFor(base);
    const evaluation = evaluationOf({ right: 18, photos: 20, classNames: ['kind 0', 'kind 1'] });
    await exportModel(head, dir, { base, evaluation });
    const notes = JSON.parse(fs.readFileSync(path.join(dir, 'classes.json'), 'utf8'));
    assert.deepEqual(notes.evaluation, { acc: 0.9, interval: evaluation.intervals.acc, photos: 20 });
    await assert.rejects(
      exportModel(headFor(base, { classes: 3 }), dir, { base, evaluation }),
      /`evaluation`: expected that of a head with the classes kind 0, kind 1, kind 2/,
    );
  });

  test('loads in plain TensorFlow.js over HTTP, without this package', async () => {
    const head = headFor(base, { classes: 3, preprocessingFunction: preprocessInput });
    const dir = path.join(folder, 'plain');
    await exportModel(head, dir, { base });
    const { stdout, stderr } = runNode(`
      const fs = require('node:fs'), http = require('node:http'), path = require('node:path');
      const tf = require('@tensorflow/tfjs');
      const server = http.createServer((request, response) =>
        response.end(fs.readFileSync(path.join(${JSON.stringify(dir)}, request.url))));
      server.listen(0, '127.0.0.1', async () => {
        const model = await tf.loadLayersModel('http://127.0.0.1:' + server.address().port + '/model.json');
        console.log(JSON.stringify(Array.from(model.predict(tf.fill([1, 16, 16, 3], 100)).dataSync())));
        server.close();
      });`);
    const expected = tf.tidy(() => {
      const features = base.predict(preprocessInput(tf.fill([1, 16, 16, 3], 100))) as Tensor;
      return Array.from((head.predict(features) as Tensor).dataSync());
    });
    const found: number[] = JSON.parse(stdout || JSON.stringify(stderr));
    for (const [i, value] of expected.entries()) assert(Math.abs(found[i]! - value) < 1e-5, `${found}`);
  });

  test('refuses preprocessing that a convolution can not do, and layers of one name', async () => {
    const dir = path.join(folder, 'refused');
    const ownMean = namePreprocessing('own mean', (x: Tensor4D) => x.sub(x.mean()) as Tensor4D);
    const square = namePreprocessing('square', (x: Tensor4D) => x.square() as Tensor4D);
    for (const preprocessingFunction of [ownMean, square])
      await assert.rejects(
        exportModel(headFor(base, { preprocessingFunction }), dir, { base }),
        /the preprocessing function "(own mean|square)": expected one that scales, .* found another one/,
      );
    const input = tf.input({ shape: [16, 16, 3] });
    const twin = tf.model({
      inputs: input,
      outputs: tf.layers.dense({ units: 2, name: 'dense' }).apply(input) as never,
    });
    await assert.rejects(
      exportModel(headFor(twin), dir, { base: twin }),
      /expected layers with names of their own, found two called "dense"/,
    );
    assert(!fs.existsSync(dir));
  });

  test('replaces its own export, and leaves every other folder as it is', async () => {
    const dir = path.join(folder, 'again');
    const [first, second] = [headFor(base), headFor(base, { seed: 2 })];
    await exportModel(first, dir, { base });
    await exportModel(second, dir, { base });
    near(await answer(dir, photo), (await predictPhoto(photo, { head: second, base })).probabilities);
    fs.writeFileSync(path.join(dir, 'notes.txt'), 'mine');
    await assert.rejects(
      exportModel(first, dir, { base }),
      /again: expected a new or empty folder, .* found one with changes of yours \(notes\.txt\)/,
    );
    assert.equal(fs.readFileSync(path.join(dir, 'notes.txt'), 'utf8'), 'mine');
    assert.deepEqual(
      fs.readdirSync(folder).filter((name) => name.endsWith('.part')),
      [],
    );
  });

  test('leaves no tensor, and head and base as they were', async () => {
    const head = headFor(base);
    const before = await predictPhoto(photo, { head, base });
    const tensors = tf.memory().numTensors;
    await exportModel(head, path.join(folder, 'tensors'), { base });
    assert.equal(tf.memory().numTensors, tensors);
    assert.deepEqual(await predictPhoto(photo, { head, base }), before);
  });

  test("keeps VGG16's layers and numbers", async () => {
    const vgg16 = await VGG16();
    const head = headFor(vgg16, { targetSize: [64, 64], units: 16, preprocessingFunction: preprocessInput });
    const dir = path.join(folder, 'vgg16');
    await exportModel(head, dir, { base: vgg16 });
    near(await answer(dir, photo), (await predictPhoto(photo, { head, base: vgg16 })).probabilities);
    const model = await loadExported(dir);
    assert.deepEqual(
      model.layers.map(({ name }) => name).filter((name) => !name.startsWith('block')),
      ['photo', 'preprocessing', 'flatten', 'dense', 'dropout', 'dense_1'],
    );
    model.dispose();
    vgg16.dispose();
  });
});

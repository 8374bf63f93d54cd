import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { LayersModel } from '@tensorflow/tfjs-node';
import { exportModel } from '../../src/export/model';
import { predictPhoto } from '../../src/head/prediction/predict-photo';
import { decodePhoto } from '../../src/images/decode-photo';
import { resizeNearest } from '../../src/images/resize-nearest';
import { VGG16 } from '../../src/networks/vgg16';
import { tensorflowReady, tf } from '../../src/tensorflow';
import { needs } from '../fixtures/skip';
import { projectRoot, runNode } from '../run-node';
import { headFor, somePhotos } from './heads';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'little-data-plain-'));
after(() => fs.rmSync(folder, { recursive: true }));

/** Somebody else's program: it has tfjs-node, the exported folder, and pixels of a photo at the model's size. */
const program = (dir: string, pixels: readonly string[]) => `
  // tfjs-node 4.22 asks for what Node took away in version 23.
  require('node:util').isNullOrUndefined ??= (value) => value === undefined || value === null;
  const fs = require('node:fs');
  const tf = require('@tensorflow/tfjs-node');
  (async () => {
    const model = await tf.loadLayersModel(${JSON.stringify(`file://${dir}/model.json`)});
    const [, height, width] = model.inputs[0].shape;
    const { classNames } = model.getUserDefinedMetadata();
    const answers = ${JSON.stringify(pixels)}.map((file) => {
      const photo = tf.tensor4d(Float32Array.from(fs.readFileSync(file)), [1, height, width, 3]);
      return Array.from(model.predict(photo).dataSync());
    });
    const ours = Object.keys(require.cache).filter((file) => file.startsWith(${JSON.stringify(path.join(projectRoot, 'src'))}));
    console.log(JSON.stringify({ classNames, answers, ours }));
  })();`;

describe('exportModel() for plain tfjs-node', () => {
  let base: LayersModel;
  before(async () => {
    await tensorflowReady();
    base = await VGG16();
  });
  after(() => base.dispose());

  // float32: the same sums. float16: each weight is within 1/2048 of itself.
  for (const [classes, precision, tolerance] of [
    [2, 'float32', 1e-5],
    [4, 'float32', 1e-5],
    [4, 'float16', 2e-3],
  ] as const)
    test(`loads from file:// and answers as base and head do, ${classes} classes, ${precision}`, async (context) => {
      if (!needs(context, tf.getBackend() === 'tensorflow', 'tfjs-node is not what computes here')) return;
      const targetSize: [number, number] = [150, 150];
      const head = headFor(base, { classes, targetSize, units: 16, rescale: 1 / 255 });
      const dir = path.join(folder, `${classes} classes ${precision}`);
      await exportModel(head, dir, { precision });
      const photos = somePhotos();
      const pixels: string[] = [];
      for (const [n, photo] of photos.entries()) {
        pixels.push(path.join(folder, `${n}.rgb`));
        fs.writeFileSync(pixels[n]!, resizeNearest(await decodePhoto(photo), targetSize));
      }
      const { status, stdout, stderr } = runNode(program(dir, pixels), { preload: [] });
      assert.equal(status, 0, stderr);
      const { classNames, answers, ours } = JSON.parse(stdout.trim().split('\n').at(-1)!);
      assert.deepEqual(ours, [], 'no code of this package is loaded');
      let largest = 0;
      for (const [n, photo] of photos.entries()) {
        const { probabilities } = await predictPhoto(photo, { head, base });
        assert.deepEqual(Object.keys(probabilities), classNames);
        // A head that is sure of all would hide other pixels.
        assert(Math.max(...Object.values(probabilities)) < 0.99, JSON.stringify(probabilities));
        const [first, ...others] = Object.values(probabilities);
        const wanted = classes === 2 ? others : [first!, ...others];
        assert.equal(answers[n].length, wanted.length);
        for (const [i, value] of wanted.entries())
          largest = Math.max(largest, Math.abs(answers[n][i] - value));
      }
      context.diagnostic(`largest difference of a probability: ${largest}`);
      assert(largest < tolerance, `${largest}`);
      head.dispose();
    });
});

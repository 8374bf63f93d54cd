import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import type { Tensor } from '@tensorflow/tfjs-node';
import { np } from '../../src/features/np';
import { EfficientNetB0, preprocessInput } from '../../src/networks/efficientnet-b0';
import { withoutKeras } from '../head/keras';
import { kerasBase, relativeDifference, testKerasBase } from './keras-base-cases';

testKerasBase({
  name: 'EfficientNetB0',
  build: EfficientNetB0,
  preprocessInput,
  file: 'efficientnetb0_notop.h5',
  parameters: 4_049_570,
  channels: 1280,
});

test("EfficientNetB0() rescales the pixels twice with ImageNet's statistics, as Keras does", {
  skip: withoutKeras,
}, async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'little-data-b0-'));
  kerasBase(folder, 'EfficientNetB0');
  fs.mkdirSync(path.join(folder, '.keras', 'models'), { recursive: true });
  fs.renameSync(
    path.join(folder, 'efficientnetb0_notop.h5'),
    path.join(folder, '.keras', 'models', 'efficientnetb0_notop.h5'),
  );
  const [x, expected] = ['prepared', 'imagenet'].map((name) => np.load(path.join(folder, `${name}.npy`)));
  const home = process.env.HOME;
  process.env.HOME = folder;
  try {
    for (const weights of ['imagenet', path.join(folder, 'imagenet.weights.h5')]) {
      const base = await EfficientNetB0({ weights, inputShape: [75, 96, 3] });
      const difference = relativeDifference(base.predict(x!) as Tensor, expected!);
      // float32 sums in another order.
      assert.ok(difference < 1e-4, `${weights}: ${difference}`);
      base.dispose();
    }
  } finally {
    process.env.HOME = home;
    fs.rmSync(folder, { recursive: true });
  }
});

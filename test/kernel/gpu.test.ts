import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { test } from 'node:test';
import { photoFolder, temporary } from '../features/tiny';
import { needsDriver, software } from '../networks/gpu/software';
import { projectRoot } from '../run-node';
import { script } from '../scripts/project';

test('a kernel that has computed on a graphics card ends as others do, and the next one computes there again', {
  timeout: 300_000,
}, async (context) => {
  if (!needsDriver(context)) return;
  const { jupyterEnvironment, venvPython } = await script('setup/jupyter.mjs');
  const { dir, remove } = temporary();
  context.after(remove);
  const photos = photoFolder(path.join(dir, 'photos'), { cats: 3, dogs: 3 });
  const cell = `
    import * as tf from '@tensorflow/tfjs-node';
    import { ImageDataGenerator, featureStore, predictGenerator } from 'little-data';
    featureStore.clear();
    const layers = [tf.layers.conv2d({ filters: 4, kernelSize: 3, inputShape: [8, 8, 3] })];
    const base = Object.assign(tf.sequential({ layers }), { device: 'gpu' });
    const options = { targetSize: [8, 8] as [number, number], shuffle: false, verbose: 0 };
    const flow = new ImageDataGenerator().flowFromDirectory(${JSON.stringify(photos)}, options);
    const features = await predictGenerator(base, flow, { verbose: 0 });
    console.log(JSON.stringify(features.shape));`;
  const { status, stdout, stderr } = spawnSync(venvPython(), ['-I', path.join(__dirname, 'restart.py')], {
    cwd: path.join(projectRoot, 'notebooks'),
    env: {
      ...jupyterEnvironment({ env: process.env }),
      ...software,
      LITTLE_DATA_DIR: process.env.LITTLE_DATA_DIR,
    },
    ...{ input: cell, encoding: 'utf8' },
  });
  assert.equal(status, 0, stderr);
  const kernels = JSON.parse(stdout) as { text: string; code: number }[];
  assert.equal(kernels.length, 2);
  for (const { text, code } of kernels) {
    assert.match(text, /^Networks run on the graphics card: .*\n\[6,6,6,4\]\n$/);
    // By itself, or by SIGTERM, which Jupyter sends after 2 seconds: neither of an error nor killed.
    assert([0, -15].includes(code), String(code));
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LayersModel } from '@tensorflow/tfjs-node';
import { checkDevice, deviceOf } from '../../../src/networks/gpu/device';
import { runNode } from '../../run-node';

test('deviceOf() is what the model was loaded for', () => {
  assert.equal(deviceOf({ device: 'gpu' } as unknown as LayersModel), 'gpu');
  assert.throws(() => checkDevice('cuda'), /`device`: expected one of "gpu", "cpu", "auto"/);
});

for (const [backend, wanted] of [
  ['', 'auto'],
  ['auto', 'auto'],
  ['webgpu', 'gpu'],
  ['wasm', 'cpu'],
  ['tensorflow', 'cpu'],
])
  test(`LITTLE_DATA_BACKEND=${backend} makes it '${wanted}' where nothing else is asked for`, () => {
    const { stdout, stderr } = runNode(
      `const { checkDevice, deviceOf } = require('./src/networks/gpu/device.ts');
       console.log(checkDevice(undefined), deviceOf({}));`,
      { env: { LITTLE_DATA_BACKEND: backend! } },
    );
    assert.equal(stdout.trim().split('\n').at(-1), `${wanted} ${wanted}`, stderr);
  });

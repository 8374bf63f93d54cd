import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { needs } from '../fixtures/skip';
import { runNode } from '../run-node';

/** Photos compared: WebAssembly takes half a second for each, and there are two ways of preprocessing. */
const photos = 4;

/** VGG16's features of reference pixels, in a process whose TensorFlow is WebAssembly. */
const compare = (folder: string) => `
  const { applications, np } = require('./src/index.ts');
  const { backend, tensorflowReady, tf } = require('./src/tensorflow.ts');
  const load = (name) => np.load(require('node:path').join(${JSON.stringify(folder)}, 'validation_' + name + '.npy'));
  const first = (x) => x.slice(0, ${photos});
  (async () => {
    await tensorflowReady();
    const model = await applications.VGG16({ includeTop: false, weights: 'imagenet' });
    const pixels = first(load('pixels')).toFloat();
    const inputs = { rescale: pixels.div(255), caffe: applications.vgg16.preprocessInput(pixels) };
    const differences = {};
    for (const [name, input] of Object.entries(inputs)) {
      const expected = first(load('features_' + name));
      const scale = name === 'caffe' ? expected.max().dataSync()[0] : 1;
      differences[name] = model.predict(input).sub(expected).abs().max().dataSync()[0] / scale;
    }
    console.log(JSON.stringify({ backend, differences }));
  })();
`;

test("VGG16() gives Keras' features on WebAssembly", (context) => {
  const folder = process.env.LITTLE_DATA_REFERENCE;
  if (!needs(context, folder, 'LITTLE_DATA_REFERENCE names no folder of reference arrays')) return;
  const { stdout, stderr } = runNode(compare(path.resolve(folder!)), {
    env: { LITTLE_DATA_BACKEND: 'wasm' },
  });
  const { backend, differences } = JSON.parse(stdout.trim().split('\n').at(-1) || stderr);
  assert.equal(backend, 'wasm');
  // Other sums of the same float32 products: 3e-5 was measured. Features with VGG16's own preprocessing reach several
  // hundred, and are compared relative to the largest.
  assert.ok(differences.rescale < 1e-4, `RGB / 255: ${differences.rescale}`);
  assert.ok(differences.caffe < 1e-4, `VGG16's preprocessing: ${differences.caffe}`);
});

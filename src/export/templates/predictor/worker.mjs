/** The model, by TensorFlow.js on WebAssembly. In a thread, its engine is apart from that of the program and of other predictors. */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { parentPort } from 'node:worker_threads';

const require = createRequire(import.meta.url);
const tf = require('@tensorflow/tfjs');
const wasm = require('@tensorflow/tfjs-backend-wasm');
const { decodePhoto, resizePhoto } = require('./decoder.cjs');

const folder = path.join(import.meta.dirname, 'model');
const { classNames, targetSize, interpolation, cropFraction, exifOrientation, threshold } = JSON.parse(
  fs.readFileSync(path.join(folder, 'classes.json'), 'utf8'),
);
const loading = load();

parentPort.on('message', async ({ id, photo }) => {
  try {
    parentPort.postMessage({ id, prediction: await predict(photo) });
  } catch (error) {
    parentPort.postMessage({ id, error: error.message });
  }
});

async function predict(photo) {
  // Pixels as in training: RGB 0..255, colour profiles and transparency left out.
  const picture = await decodePhoto(photo, { exifOrientation });
  const pixels = resizePhoto(picture, { targetSize, interpolation, cropFraction });
  const model = await loading;
  const output = tf.tidy(() => model.predict(tf.tensor4d(Float32Array.from(pixels), [1, ...targetSize, 3])));
  const values = await output.data();
  output.dispose();
  const byLabel = values.length === 1 ? [1 - values[0], values[0]] : Array.from(values);
  const probability = Math.max(...byLabel);
  const probabilities = Object.fromEntries(classNames.map((name, label) => [name, byLabel[label]]));
  return {
    ...{ className: classNames[byLabel.indexOf(probability)], probability, probabilities },
    ...(threshold !== undefined && { unsure: probability < threshold }),
  };
}

async function load() {
  wasm.setWasmPaths(`${path.dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json'))}/dist/`);
  await tf.setBackend('wasm');
  const model = JSON.parse(fs.readFileSync(path.join(folder, 'model.json'), 'utf8'));
  const [{ paths, weights }] = model.weightsManifest;
  const bytes = Buffer.concat(paths.map((name) => fs.readFileSync(path.join(folder, name))));
  const weightData = Uint8Array.from(bytes).buffer;
  const { modelTopology } = model;
  return tf.loadLayersModel(tf.io.fromMemory({ modelTopology, weightSpecs: weights, weightData }));
}

/** The model, by TensorFlow.js on WebAssembly. In a thread, its engine is apart from that of the program and of other predictors. */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { parentPort } from 'node:worker_threads';

const require = createRequire(import.meta.url);
const tf = require('@tensorflow/tfjs');
const wasm = require('@tensorflow/tfjs-backend-wasm');
const { decodePhoto, distancesTo, resizePhoto } = require('./decoder.cjs');

const folder = path.join(import.meta.dirname, 'model');
const { classNames, targetSize, interpolation, cropFraction, exifOrientation, threshold } = JSON.parse(
  fs.readFileSync(path.join(folder, 'classes.json'), 'utf8'),
);
/** What the head was trained on, where it was looked at. */
const familiarFile = path.join(folder, 'familiar.json');
const familiar = fs.existsSync(familiarFile) && JSON.parse(fs.readFileSync(familiarFile, 'utf8'));
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
  const outputs = tf.tidy(() => {
    const given = model.predict(tf.tensor4d(Float32Array.from(pixels), [1, ...targetSize, 3]));
    const [output, features] = [given].flat();
    return features?.rank === 4 ? [output, features.mean([1, 2])] : [given].flat();
  });
  const [values, features] = await Promise.all(outputs.map((output) => output.data()));
  tf.dispose(outputs);
  const byLabel = values.length === 1 ? [1 - values[0], values[0]] : Array.from(values);
  const probability = Math.max(...byLabel);
  const probabilities = Object.fromEntries(classNames.map((name, label) => [name, byLabel[label]]));
  return {
    ...{ className: classNames[byLabel.indexOf(probability)], probability, probabilities },
    ...(threshold !== undefined && { unsure: probability < threshold }),
    ...(familiar && { unlike: distancesTo(familiar, features)[0] > familiar.threshold }),
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
  const whole = await tf.loadLayersModel(
    tf.io.fromMemory({ modelTopology, weightSpecs: weights, weightData }),
  );
  if (!familiar) return whole;
  // The photo's features are a second output.
  const features = whole.getLayer(familiar.layer).getOutputAt(familiar.node);
  return tf.model({ inputs: whole.inputs, outputs: [whole.outputs[0], features] });
}

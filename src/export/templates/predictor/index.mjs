/** What a trained head says of photos, computed here with TensorFlow.js (WebAssembly): needs the packages of package.json alone. */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(import.meta.url);
const tf = require('@tensorflow/tfjs');
const wasm = require('@tensorflow/tfjs-backend-wasm');
const sharp = require('sharp');

const folder = path.join(import.meta.dirname, 'model');
const { classNames, targetSize, exifOrientation } = JSON.parse(
  fs.readFileSync(path.join(folder, 'classes.json'), 'utf8'),
);
let loaded;

/**
 * What is on a photo: a path, or the bytes of a JPEG, PNG, WebP or TIFF file.
 * The prediction is `{ className, probability, probabilities }`; the model is loaded by the first call.
 */
export async function predict(photo) {
  const pixels = await read(photo);
  loaded ??= load();
  const model = await loaded;
  const output = tf.tidy(() => model.predict(tf.tensor4d(pixels, [1, ...targetSize, 3])));
  const values = await output.data();
  output.dispose();
  const byLabel = values.length === 1 ? [1 - values[0], values[0]] : Array.from(values);
  const probability = Math.max(...byLabel);
  const probabilities = Object.fromEntries(classNames.map((name, label) => [name, byLabel[label]]));
  return { className: classNames[byLabel.indexOf(probability)], probability, probabilities };
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

/** The photo at the size that the model wants, RGB 0..255: colour profiles and transparency are left out, as in training. */
async function read(photo) {
  const bytes = typeof photo === 'string' ? fs.readFileSync(photo) : photo;
  const { format, space } = await sharp(bytes).metadata();
  if (!['jpeg', 'png', 'webp', 'tiff'].includes(format) || space === 'cmyk')
    throw new Error(
      `a ${space === 'cmyk' ? 'CMYK' : format} picture is not read here: save it as JPEG or PNG in RGB`,
    );
  const { data, info } = await sharp(bytes, {
    // Warnings of a JPEG's decoder tell of lost pixels, those of others of oddities beside the picture.
    failOn: format === 'jpeg' ? 'warning' : 'error',
    ignoreIcc: true,
    autoOrient: exifOrientation === 'apply' || format === 'tiff',
  })
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const [height, width] = targetSize;
  const columns = nearest(info.width, width);
  const pixels = new Float32Array(height * width * 3);
  let to = 0;
  for (const row of nearest(info.height, height))
    for (const column of columns)
      for (let channel = 0; channel < 3; channel++)
        pixels[to++] = data[(row * info.width + column) * 3 + channel];
  return pixels;
}

/** Which of `from` places is taken for each of `to`: as Pillow's NEAREST, whose coordinate grows by additions. */
function nearest(from, to) {
  const step = from / to;
  const taken = [];
  for (let i = 0, at = step * 0.5; i < to; i++, at += step) taken.push(Math.floor(at));
  return taken;
}

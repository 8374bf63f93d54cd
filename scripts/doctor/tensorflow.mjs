/** Which TensorFlow loads, and from where. */
import fs from 'node:fs';
import path from 'node:path';
import { readJson } from '../setup/files.mjs';
import { note, ok, shown, wrong } from './context.mjs';

/** Prints what computed 1 + 1. Node 23 took `util.isNullOrUndefined` away, which tfjs-node calls. */
const native = `
require('node:util').isNullOrUndefined ??= (value) => value === null || value === undefined;
const tf = require('@tensorflow/tfjs-node');
const sum = tf.add(1, 1).dataSync()[0];
console.log(JSON.stringify({ sum, version: tf.backend().binding.TF_Version }));`;
const wasm = `
const tf = require('@tensorflow/tfjs');
const file = require.resolve('@tensorflow/tfjs-backend-wasm');
require(file).setWasmPaths(require('node:path').dirname(file) + '/');
tf.setBackend('wasm').then((done) => {
  if (!done) process.exit(1);
  console.log(JSON.stringify({ sum: tf.add(1, 1).dataSync()[0], version: tf.version.tfjs }));
});`;

/** Native TensorFlow, or WebAssembly where it was asked for or has to do. */
export async function checkTensorflow(context) {
  const { root, cache, env } = context;
  const folder = path.join(root, 'node_modules', '@tensorflow', 'tfjs-node');
  const backend = env.LITTLE_DATA_BACKEND || 'auto';
  if (!['auto', 'tensorflow', 'wasm', 'webgpu'].includes(backend))
    return wrong(
      `LITTLE_DATA_BACKEND is ${JSON.stringify(backend)}`,
      "Set it to 'auto', 'tensorflow', 'wasm' or 'webgpu', or unset it.",
    );
  if (!fs.existsSync(folder)) return note('TensorFlow is not there yet', '`npm run setup` installs it.');
  let reason;
  if (backend !== 'wasm') {
    try {
      const version = await compute(context, native);
      return ok(`native TensorFlow ${version} from ${shown(root, placeOf(folder))}`);
    } catch (error) {
      reason = error.message;
    }
    if (backend === 'tensorflow')
      return wrong(
        `the native TensorFlow doesn't load (${reason}), and LITTLE_DATA_BACKEND=tensorflow asks for it`,
        'Run `npm run setup`, which says why; or unset the variable to work with WebAssembly.',
      );
  }
  let version;
  try {
    version = await compute(context, wasm);
  } catch (error) {
    return wrong(
      `${reason ? `the native TensorFlow doesn't load (${reason}), and ` : ''}WebAssembly doesn't either (${error.message})`,
      'Delete node_modules and run `npm run setup`.',
    );
  }
  const found = `TensorFlow.js ${version} as WebAssembly, about seven times slower`;
  if (backend === 'wasm')
    return note(`${found} (LITTLE_DATA_BACKEND=wasm)`, 'Unset the variable for the native one.');
  const reasons = readJson(path.join(cache, 'tensorflow.json'))?.reasons ?? [];
  return note(
    `${found}: the native library doesn't load (${[reason, ...reasons].join('; ').replaceAll(/\s+/g, ' ')})`,
    'Run `npm run setup`, which tries again and says why; most often `sudo apt install g++` is what is missing.',
  );
}

async function compute({ root, env, node, run }, code) {
  let stdout;
  try {
    const options = { cwd: root, env: { ...env, TF_CPP_MIN_LOG_LEVEL: '3' }, timeout: 120_000 };
    ({ stdout } = await run(node.execPath, ['-e', code], options));
  } catch (error) {
    const said = error.output?.split('\n').find((line) => /Error/.test(line));
    throw new Error(said?.trim() ?? error.message);
  }
  const { sum, version } = JSON.parse(stdout.trim().split('\n').at(-1));
  if (sum !== 2) throw new Error(`1 + 1 gave ${sum}`);
  return version;
}

/** The folder of the C library that the binding finds beside its real place. */
function placeOf(folder) {
  try {
    return path.resolve(fs.realpathSync(path.join(folder, 'lib', 'napi-v8')), '..', '..', 'deps', 'lib');
  } catch {
    return folder;
  }
}

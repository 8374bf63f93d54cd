import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { runNode } from './run-node';

const compute = `
  const { tf, backend, tensorflowReady } = require('./src/tensorflow.ts');
  tensorflowReady().then(() => {
    const values = [...tf.matMul(tf.tensor2d([[1, 2]]), tf.tensor2d([[3], [4]])).dataSync()];
    console.log(JSON.stringify({ backend, used: tf.getBackend(), values }));
  });
`;
const run = (LITTLE_DATA_BACKEND: string) => runNode(compute, { env: { LITTLE_DATA_BACKEND } });
const computedByWasm = { backend: 'wasm', used: 'wasm', values: [11] };

/** Runs `code` where `@tensorflow/tfjs-node` is a package that fails as one without its native library does. */
function runWithoutNative(code: string, options: { env?: Record<string, string>; preload?: string[] } = {}) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'little-data-tensorflow-'));
  const fake = path.join(folder, 'tfjs-node.js');
  fs.writeFileSync(fake, "throw new Error('The specified module could not be found. tfjs_binding.node');");
  const redirect = `
    const Module = require('node:module');
    const resolve = Module._resolveFilename;
    Module._resolveFilename = (request, ...rest) =>
      request === '@tensorflow/tfjs-node' ? ${JSON.stringify(fake)} : resolve(request, ...rest);
  `;
  try {
    return runNode(redirect + code, options);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

describe('tensorflow', () => {
  test('computes with WebAssembly for LITTLE_DATA_BACKEND=wasm, and says so in one line', () => {
    const { stdout, stderr } = run('wasm');
    const [notice, computed, ...more] = stdout.trim().split('\n');
    assert.match(notice ?? '', /^TensorFlow runs as WebAssembly, .* LITTLE_DATA_BACKEND=wasm asks for it\.$/);
    assert.deepEqual(JSON.parse(computed || stderr), computedByWasm);
    assert.deepEqual([more, stderr], [[], '']);
  });

  test('falls back to WebAssembly where the native library is missing, and says so in one line', () => {
    const { stdout, stderr } = runWithoutNative(compute);
    const [notice, computed, ...more] = stdout.trim().split('\n');
    assert.match(notice ?? '', /^TensorFlow runs as WebAssembly, .* could not be loaded.*npm run doctor/);
    assert.deepEqual(JSON.parse(computed || stderr), computedByWasm);
    assert.deepEqual([more, stderr], [[], '']);
  });

  test('gives danfojs the same TensorFlow in the kernel where the native library is missing', () => {
    const code = `
      const dfd = require('danfojs-node');
      const { tf, backend, tensorflowReady } = require('./src/tensorflow.ts');
      tensorflowReady().then(() => {
        new dfd.DataFrame({ acc: [0.5, 0.75], loss: [2, 1] }).print();
        console.log(backend, dfd.tensorflow === tf);
      });
    `;
    const { status, stdout, stderr } = runWithoutNative(code, {
      preload: ['--require', './src/kernel/preload.cjs'],
    });
    assert.equal(status, 0, stderr);
    assert.match(stdout, /0\.75[\s\S]*\nwasm true\n$/);
  });

  test('throws where LITTLE_DATA_BACKEND=tensorflow asks for what is missing', () => {
    const { status, stderr } = runWithoutNative(compute, { env: { LITTLE_DATA_BACKEND: 'tensorflow' } });
    assert.equal(status, 1);
    assert.match(stderr, /The specified module could not be found/);
  });

  test('takes an empty LITTLE_DATA_BACKEND for none', () => {
    const { status, stdout, stderr } = run('');
    assert.equal(status, 0, stderr);
    assert.match(stdout, /"values":\[11\]/);
  });

  test('computes without the function that Node 23 took away, and without the preload', () => {
    const { status, stdout, stderr } = runNode(`delete require('node:util').isNullOrUndefined;${compute}`);
    assert.equal(status, 0, stderr);
    assert.match(stdout, /"values":\[11\]/);
  });

  test('refuses another value of LITTLE_DATA_BACKEND by name', () => {
    const { status, stderr } = run('cuda');
    assert.equal(status, 1);
    assert.match(
      stderr,
      /LittleDataError: the environment variable LITTLE_DATA_BACKEND: expected 'tensorflow', 'wasm', 'webgpu', or nothing, found "cuda"\. Correct or unset it/,
    );
  });
});

test('valuesOf() gives millions of values, leaves no tensor behind, and they stay as they are', () => {
  const code = `
    const { tf, valuesOf, tensorflowReady } = require('./src/tensorflow.ts');
    tensorflowReady().then(() => {
      const before = tf.memory().numTensors;
      const values = valuesOf(() => tf.range(0, 2e6, 1).mul(0.5));
      for (let i = 0; i < 4; i++) tf.zeros([2e6]).dispose();
      const sum = values.reduce((total, value) => total + value, 0);
      console.log(JSON.stringify({ left: tf.memory().numTensors - before, count: values.length, sum }));
    });
  `;
  const expected = { left: 0, count: 2e6, sum: (2e6 * (2e6 - 1)) / 4 };
  for (const LITTLE_DATA_BACKEND of ['tensorflow', 'wasm']) {
    const { stdout, stderr } = runNode(code, { env: { LITTLE_DATA_BACKEND } });
    assert.deepEqual(JSON.parse(stdout.trim().split('\n').at(-1) || stderr), expected);
  }
});

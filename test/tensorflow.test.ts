import assert from 'node:assert/strict';
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

describe('tensorflow', () => {
  test('computes with WebAssembly for LITTLE_DATA_BACKEND=wasm', () => {
    const { stdout, stderr } = run('wasm');
    assert.deepEqual(JSON.parse(stdout || stderr), { backend: 'wasm', used: 'wasm', values: [11] });
  });

  test('takes an empty LITTLE_DATA_BACKEND for none', () => {
    const { status, stdout, stderr } = run('');
    assert.equal(status, 0, stderr);
    assert.match(stdout, /"values":\[11\]/);
  });

  test('refuses another value of LITTLE_DATA_BACKEND by name', () => {
    const { status, stderr } = run('cuda');
    assert.equal(status, 1);
    assert.match(
      stderr,
      /LittleDataError: the environment variable LITTLE_DATA_BACKEND: expected 'wasm', 'tensorflow', or nothing, found "cuda"\. Correct or unset it/,
    );
  });
});

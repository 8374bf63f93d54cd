import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { processorKind } from '../../../src/features/cluster/processor-kind';
import { backend, tensorflowReady } from '../../../src/tensorflow';
import { runNode } from '../../run-node';

before(tensorflowReady);

const code = `
  const { tensorflowReady } = require('./src/tensorflow.ts');
  const { processorKind } = require('./src/features/cluster/processor-kind.ts');
  tensorflowReady().then(() => console.log('kind: ' + processorKind()));
`;

test('processorKind() names the library, and what the processor can do', () => {
  const kind = processorKind();
  if (backend === 'tensorflow') assert.match(kind, /^TensorFlow 2\.\d+\.\d+ \S+( [a-z0-9_]+)*$/);
  assert.equal(processorKind(), kind);
});

test('processorKind() is the same in another process, and another one for WebAssembly', () => {
  const kindOf = (env: Record<string, string>) => /^kind: (.*)$/m.exec(runNode(code, { env }).stdout)?.[1];
  assert.equal(kindOf({}), processorKind());
  assert.match(kindOf({ LITTLE_DATA_BACKEND: 'wasm' })!, /^WebAssembly, TensorFlow\.js 4/);
});

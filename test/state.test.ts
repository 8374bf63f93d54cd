import assert from 'node:assert/strict';
import { test } from 'node:test';
import { processState } from '../src/state';
import { runNode } from './run-node';

test('processState() makes a value once and keeps it by name', () => {
  const first = processState('test-a', () => ({ n: 1 }));
  first.n = 2;
  assert.equal(
    processState('test-a', () => ({ n: 3 })),
    first,
  );
  assert.notEqual(
    processState('test-b', () => ({ n: 1 })),
    first,
  );
});

test('processState() outlives a reload of its module', () => {
  const { stdout, stderr } = runNode(`
    const load = () => require('./src/state.ts');
    const kept = load().processState('x', () => ({}));
    delete require.cache[require.resolve('./src/state.ts')];
    console.log(load().processState('x', () => ({})) === kept);
  `);
  assert.equal(stdout, 'true\n', stderr);
});

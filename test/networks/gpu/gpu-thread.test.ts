import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GpuLost } from '../../../src/networks/gpu/gpu-lost';
import { runNode } from '../../run-node';
import { needsDriver, software, softwareThread } from './software';

test('tells which card it has', async (context) => {
  const thread = await softwareThread(context);
  if (!thread) return;
  const { vendor, architecture, isSoftware, maxBytes } = thread.adapter;
  assert.deepEqual(
    { vendor, architecture, isSoftware },
    { vendor: 'google', architecture: 'swiftshader', isSoftware: true },
  );
  assert(maxBytes >= 2 ** 27);
});

test('leaves the global scope as it is', async (context) => {
  const names = Object.getOwnPropertyNames(globalThis);
  const navigator = Object.getOwnPropertyDescriptor(globalThis, 'navigator');
  const thread = await softwareThread(context);
  if (!thread) return;
  await thread.ask({ do: 'memory' });
  assert.deepEqual(Object.getOwnPropertyNames(globalThis), names);
  assert.deepEqual(Object.getOwnPropertyDescriptor(globalThis, 'navigator'), navigator);
});

test('answers several questions, and goes on after one that it can not answer', async (context) => {
  const thread = await softwareThread(context);
  if (!thread) return;
  const unknown = {
    do: 'run',
    network: 99,
    shape: [1, 2, 2, 3],
    pixels: { values: new Float32Array(12) },
  } as const;
  const answers = await Promise.allSettled([
    thread.ask({ do: 'memory' }),
    thread.ask(unknown),
    thread.ask({ do: 'memory' }),
  ]);
  assert.deepEqual(
    answers.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
  assert.equal(thread.lost, undefined);
});

test('what does not fit into the card is an error, not zeros', async (context) => {
  const thread = await softwareThread(context);
  if (!thread) return;
  // 64 channels of 4096 x 4096 pixels: 4 GiB.
  const kernel = { shape: [1, 1, 3, 64], values: new Float32Array(192) };
  const common = { strides: [1, 1], dilations: [1, 1], padding: 'VALID', activation: 'linear' } as const;
  const layer = { kind: 'convolution', from: [-1], kernel: kernel.shape, bias: false, ...common } as const;
  await thread.ask({ do: 'load', network: 1, model: { layers: [layer], weights: [kernel] } });
  const shape = [1, 4096, 4096, 3];
  const values = new Float32Array(4096 * 4096 * 3);
  const task = { do: 'run', network: 1, shape, pixels: { values } } as const;
  await assert.rejects(thread.ask(task, [values.buffer]), GpuLost);
  const { tensors } = await thread.ask({ do: 'memory' });
  assert.equal(tensors, 1);
});

test('a lost device rejects what is under way and what comes later', async (context) => {
  const thread = await softwareThread(context);
  if (!thread) return;
  await thread.ask({ do: 'memory' });
  const closing = thread.close();
  const under = assert.rejects(thread.ask({ do: 'memory' }), GpuLost);
  await Promise.all([closing, under]);
  assert.match(thread.lost!, /destroyed/);
  await assert.rejects(thread.ask({ do: 'memory' }), (error: Error) => {
    assert(error instanceof GpuLost);
    assert.match(error.message, /device: 'cpu'/);
    return true;
  });
});

const start = `
const { GpuThread } = require('./src/networks/gpu/gpu-thread.ts');
GpuThread.start().then(async (thread) => {`;

test('does not keep the process alive, and the process waits for an answer', (context) => {
  if (!needsDriver(context)) return;
  const { status, stdout, stderr } = runNode(
    `${start}
      await thread.ask({ do: 'memory' });
      console.log('answered');
      thread.ask({ do: 'memory' }).then(() => console.log('answered again'));
    });`,
    { env: software },
  );
  assert.deepEqual([status, stdout], [0, 'answered\nanswered again\n'], stderr);
});

test('a process that ends in the middle of a batch ends as it wants to', (context) => {
  if (!needsDriver(context)) return;
  const { status, stdout, stderr } = runNode(
    `${start}
      const values = new Float32Array(3 * 2 ** 22);
      const run = (shape) => thread.ask({ do: 'run', network: 1, shape, pixels: { values } });
      await thread.ask({ do: 'load', network: 1, model: { layers: [{ kind: 'mean', from: [-1] }], weights: [] } });
      await run([1, 2048, 2048, 3]);
      run([1, 2048, 2048, 3]);
      run([1, 2048, 2048, 3]);
      setTimeout(() => process.exit(7), 20);
    });`,
    { env: software },
  );
  assert.equal(status, 7, stderr);
  assert.doesNotMatch(stdout + stderr, /not resolved/);
});

test('a process that ends while a card is looked for ends as it wants to', (context) => {
  if (!needsDriver(context)) return;
  for (const ms of [0, 30, 60, 90, 120]) {
    const { status, stdout, stderr } = runNode(`${start} }); setTimeout(() => process.exit(7), ${ms});`, {
      env: software,
    });
    assert.equal(status, 7, stdout + stderr);
  }
});

test('finds no card where there is no driver', () => {
  const { status, stdout } = runNode(`${start} console.log(String(thread)); });`, {
    env: { VK_DRIVER_FILES: '/nowhere' },
  });
  assert.deepEqual([status, stdout], [0, 'undefined\n']);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mapFiles } from '../../src/notebook/map-files';

const quiet = { verbose: 0, kept: 'Nothing is kept.' };

test('mapFiles() gives the results in the order of the files', async () => {
  const files = Array.from({ length: 40 }, (_, i) => String(i));
  const work = async (file: string) => {
    await new Promise((resolve) => setTimeout(resolve, (Number(file) * 7) % 5));
    return Number(file) * 2;
  };
  assert.deepEqual(
    await mapFiles(files, work, quiet),
    files.map((file) => Number(file) * 2),
  );
  await assert.rejects(
    mapFiles(['a'], async () => Promise.reject(new Error('no disk')), quiet),
    /no disk/,
  );
});

test('mapFiles() ends at an interrupt, also while a file takes for ever', async () => {
  const work = (file: string) => (file === 'slow' ? new Promise<string>(() => {}) : Promise.resolve(file));
  const running = mapFiles(['a', 'slow', 'b'], work, quiet);
  setTimeout(() => process.emit('SIGINT'), 20);
  await assert.rejects(running, {
    name: 'InterruptedError',
    message: /after 2 of 3 photos\. Nothing is kept/,
  });
});

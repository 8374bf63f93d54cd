import assert from 'node:assert/strict';
import fs from 'node:fs';
import { afterEach, before, beforeEach, test } from 'node:test';
import { chooseGpu } from '../../../src/networks/gpu/choose-gpu';
import type { Device } from '../../../src/networks/gpu/device';
import { findGpu } from '../../../src/networks/gpu/find-gpu';
import type { Network } from '../../../src/networks/network';
import { cpuNetwork } from '../../../src/networks/network-for';
import { sharedDataPath } from '../../../src/paths';
import { tensorflowReady } from '../../../src/tensorflow';
import { printed, temporary } from '../../features/tiny';
import { differenceOf, needsDriver, noise, plain, smallNetwork, software } from './software';

before(tensorflowReady);

let remove: () => void;
beforeEach(() => {
  remove = temporary().remove;
});
afterEach(() => {
  delete process.env.LITTLE_DATA_GPU_SOFTWARE;
  remove();
});

const sample = async () => noise(32);

/** What is chosen for a small network, which the processor computes `factor` times too large. */
function choice(
  device: Device,
  { photos = 100, factor = 1, precision = 'float32' as const, model = smallNetwork() } = {},
): Promise<Network | undefined> {
  const cpu = async (): Promise<Network> => {
    const network = await cpuNetwork(model, 'float32');
    return {
      device: 'cpu',
      rows: async (...given) => {
        const { shape, values } = await network.rows(...given);
        return { shape, values: values.map((value) => value * factor) };
      },
    };
  };
  Object.assign(model, { device });
  return chooseGpu(model, { precision, use: { photos, preparation: plain(32), sample }, cpu });
}

test("'cpu' never looks for a card, and 'auto' not for a few photos or in bfloat16", async () => {
  process.env.VK_DRIVER_FILES = software.VK_DRIVER_FILES;
  assert.equal(await choice('cpu'), undefined);
  assert.equal(await choice('auto', { photos: 20 }), undefined);
  assert.equal(await choice('auto', { precision: 'bfloat16' as 'float32' }), undefined);
  // TensorFlow.js has no float16 on WebGPU.
  for (const precision of ['bfloat16', 'float16'])
    await assert.rejects(
      choice('gpu', { precision: precision as 'float32' }),
      new RegExp(`\`precision\`: expected 'float32', found '${precision}'`),
    );
});

test("a program that computes on the processor is refused with 'gpu' and passed over with 'auto'", async (context) => {
  if (!needsDriver(context)) return;
  await forget();
  const lines = await printed(async () => assert.equal(await choice('auto'), undefined));
  assert.deepEqual(lines, []);
  await assert.rejects(
    choice('gpu'),
    /`device`: expected a graphics card, found only a program .*`npm run doctor`/,
  );
});

test('a card whose features agree is chosen, and remembered with its batch size', async (context) => {
  if (!needsDriver(context)) return;
  await forget();
  process.env.LITTLE_DATA_GPU_SOFTWARE = '1';
  const model = smallNetwork();
  const network = (await choice('auto', { model }))!;
  assert.equal(network.device, 'gpu');
  assert(network.batchSize! >= 16);
  const wanted = await (await cpuNetwork(model, 'float32')).rows([noise(32, 3)], plain(32));
  const found = await network.rows([noise(32, 3)], plain(32));
  assert(differenceOf(found.values, wanted.values) < 1e-5);
  const record = fs.readFileSync(sharedDataPath('cache', 'gpu.json'), 'utf8');
  const [trial] = Object.values(JSON.parse(record)) as { difference: number; batchSize: number }[];
  assert.equal(trial!.batchSize, network.batchSize);
  assert(trial!.difference < 1e-5);
  // It is not tried again: the processor, twice as large now, would differ.
  assert.equal((await choice('auto', { model, factor: 2 }))!.device, 'gpu');
});

test('a card whose features differ is not used', async (context) => {
  if (!needsDriver(context)) return;
  await forget();
  process.env.LITTLE_DATA_GPU_SOFTWARE = '1';
  assert.equal((await choice('gpu', { factor: 1.0005 }))!.device, 'gpu');
  fs.rmSync(sharedDataPath('cache', 'gpu.json'));
  await assert.rejects(
    choice('gpu', { factor: 1.01 }),
    /computes as the processor does, found .*differ .* by 0.0099 of/,
  );
  const lines = await printed(async () => assert.equal(await choice('auto', { factor: 1.01 }), undefined));
  assert.equal(lines.length, 1);
  assert.match(lines[0]!, /^The processor computes: the graphics card is google/);
});

test('a network that the card can not have is an error, or the processor computes it', async (context) => {
  if (!needsDriver(context)) return;
  await forget();
  process.env.LITTLE_DATA_GPU_SOFTWARE = '1';
  const model = smallNetwork();
  // Its weights are gone.
  model.dispose();
  await assert.rejects(choice('gpu', { model }));
  let chosen: Network | undefined;
  const lines = await printed(async () => {
    chosen = await choice('auto', { model });
  });
  assert.equal(chosen, undefined);
  assert.match(lines.join('\n'), /The processor computes instead/);
});

/** Closes the card, so that the next test looks for it anew. */
async function forget(): Promise<void> {
  const found = await findGpu();
  if ('thread' in found) await found.thread.close();
  // Of a program that is no card, the search would be remembered.
  else delete (globalThis as unknown as Record<symbol, unknown>)[Symbol.for('little-data.gpu')];
}

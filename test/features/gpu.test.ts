import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, before, beforeEach, test } from 'node:test';
import { ImageDataGenerator } from '../../src/datasets/batches/image-data-generator';
import { np } from '../../src/features/np';
import { predictGenerator, predictToFile } from '../../src/features/predict-generator';
import { provenanceOf } from '../../src/features/provenance';
import { featureStore } from '../../src/features/store/feature-store';
import type { Device } from '../../src/networks/gpu/device';
import { findGpu } from '../../src/networks/gpu/find-gpu';
import { GpuLost } from '../../src/networks/gpu/gpu-lost';
import { rememberTrial, trialKey } from '../../src/networks/gpu/gpu-record';
import { GpuThread } from '../../src/networks/gpu/gpu-thread';
import { modelDigest } from '../../src/networks/model-digest';
import { tensorflowReady } from '../../src/tensorflow';
import { differenceOf, needsDriver, smallNetwork } from '../networks/gpu/software';
import { colour, photoFolder, printed, temporary } from './tiny';

before(tensorflowReady);

let photos: string;
let dir: string;
let remove: () => void;
beforeEach(() => {
  const made = temporary();
  ({ dir, remove } = made);
  photos = photoFolder(path.join(dir, 'photos'), { cats: 40, dogs: 40 });
  process.env.LITTLE_DATA_GPU_SOFTWARE = '1';
});
afterEach(() => {
  delete process.env.LITTLE_DATA_GPU_SOFTWARE;
  remove();
});

/** Photos of one colour are copies. */
const colours = new Set(
  Array.from({ length: 40 }, (_, i) => i).flatMap((i) => [String(colour(i)), String(colour(1000 + i))]),
);

const flow = () =>
  new ImageDataGenerator({ rescale: 1 / 255 }).flowFromDirectory(photos, {
    ...{ targetSize: [32, 32], batchSize: 8, classMode: null, shuffle: false, verbose: 0 },
  });
const network = (device: Device) => Object.assign(smallNetwork(), { device });
const values = async (device: Device) => {
  const features = await predictGenerator(network(device), flow(), { verbose: 0 });
  return { values: (await features.data()) as Float32Array, recipe: provenanceOf(features)!.recipe! };
};

test('features of the card are those of the processor within rounding, and say what made them', async (context) => {
  if (!needsDriver(context)) return;
  const cpu = await values('cpu');
  const stored = featureStore.info().rows;
  const gpu = await values('auto');
  assert.equal(gpu.values.length, 80 * 5);
  assert(differenceOf(gpu.values, cpu.values) < 1e-5);
  const { device, ...same } = gpu.recipe;
  assert.equal(device, 'gpu');
  assert.deepEqual(same, cpu.recipe);
  // Each has its own rows in the store.
  assert.equal(featureStore.info().rows, 2 * stored);
  assert.deepEqual((await values('auto')).values, gpu.values);
  assert.deepEqual((await values('cpu')).values, cpu.values);
});

/** The card is known to take 16 photos at once, so that a test knows how many batches there are. */
async function batchesOf16(): Promise<void> {
  const found = await findGpu();
  assert('thread' in found);
  const digest = modelDigest(network('auto'));
  const key = trialKey(found.thread.adapter, { digest, targetSize: [32, 32] });
  rememberTrial(key, { difference: 1e-6, batchSize: 16 });
}

/** The card is lost when it is asked for its n-th batch from now. */
function loseAt(context: import('node:test').TestContext, batch: number): void {
  const { ask } = GpuThread.prototype;
  let runs = 0;
  context.mock.method(
    GpuThread.prototype,
    'ask',
    function (this: GpuThread, ...given: Parameters<typeof ask>) {
      const answer = ask.apply(this, given);
      if (given[0].do === 'run' && ++runs === batch) void ask.call(this, { do: 'close' }).catch(() => {});
      return answer;
    },
  );
}

test("where the card is lost, 'auto' starts over on the processor, and says so", async (context) => {
  if (!needsDriver(context)) return;
  const cpu = await values('cpu');
  featureStore.clear();
  await batchesOf16();
  loseAt(context, 2);
  const file = path.join(dir, 'features.npy');
  const lines = await printed(() => predictToFile(network('auto'), flow(), { file, verbose: 0 }));
  assert.match(
    lines.join('\n'),
    /The graphics card did not compute: .*destroyed.* The processor starts over\./,
  );
  assert.deepEqual((await np.load(file).data()) as Float32Array, cpu.values);
  assert.equal(JSON.parse(fs.readFileSync(`${file}.json`, 'utf8')).recipe.device, undefined);
  // It is not looked for again.
  const again = await printed(() => values('auto'));
  assert.deepEqual(again, []);
});

test("where the card is lost, 'gpu' is an error, and the next run resumes", async (context) => {
  if (!needsDriver(context)) return;
  await batchesOf16();
  loseAt(context, 3);
  await assert.rejects(values('gpu'), (error: Error) => {
    assert(error instanceof GpuLost);
    assert.match(error.message, /Run the cell again, or load the base with `device: 'cpu'`/);
    return true;
  });
  context.mock.restoreAll();
  const kept = featureStore.info().rows;
  assert([16, 32].includes(kept), String(kept));
  const lines = await printed(() => values('gpu'));
  assert.match(lines.join('\n'), /^Networks run on the graphics card/);
  assert.equal(featureStore.info().rows, colours.size);
  const found = await findGpu();
  if ('thread' in found) await found.thread.close();
});

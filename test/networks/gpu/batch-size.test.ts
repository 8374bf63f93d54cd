import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bestBatchSize } from '../../../src/networks/gpu/batch-size';
import type { GpuNetwork } from '../../../src/networks/gpu/gpu-network';
import { plain } from './software';

/** A card that takes `ms(n)` for n photos; `seen`: the sizes of its batches. */
async function measured(
  context: import('node:test').TestContext,
  { ms, bytes = 1 }: { ms: (photos: number) => number; bytes?: number },
): Promise<{ best: number; seen: number[] }> {
  const seen: number[] = [];
  let now = 0;
  context.mock.method(performance, 'now', () => now);
  const network = {
    largest: async () => bytes,
    rows: async (photos: readonly Uint8Array[]) => {
      seen.push(photos.length);
      now += ms(photos.length);
    },
    thread: { adapter: { maxBytes: 2 ** 30 } },
  };
  return { best: await bestBatchSize(network as unknown as GpuNetwork, plain(8)), seen };
}

test('the batch grows as long as a photo takes less time', async (context) => {
  // 1 ms for each batch: 128 photos save 7% of a photo's time, 256 less than 4%.
  const { best, seen } = await measured(context, { ms: (n) => 1 + n / 10 });
  assert.equal(best, 128);
  assert.deepEqual(
    seen,
    [16, 32, 64, 128, 256].flatMap((size) => [size, size, size]),
  );
});

test('a slow card takes 16 photos at once', async (context) => {
  assert.equal((await measured(context, { ms: (n) => 300 + n })).best, 16);
});

test('a batch is never larger than memory allows', async (context) => {
  const always = (n: number) => 1 + n / 1e6;
  assert.equal((await measured(context, { ms: always })).best, 256);
  assert.equal((await measured(context, { ms: always, bytes: 2 ** 23 })).best, 64);
  assert.equal((await measured(context, { ms: always, bytes: 2 ** 28 })).best, 2);
});

/** How many photos a graphics card takes at once. */
import type { GpuNetwork } from './gpu-network';
import type { PixelPreparation } from './pixel-table';

const smallest = 16;
const largest = 256;

/** A larger batch must save so much of a photo's time. */
const worthwhile = 0.95;

/** A batch that takes longer (ms) would hold up Kernel > Interrupt. */
const longest = 250;

/** No tensor of a batch takes more: a card's memory holds several, and what other programs need. */
const mostBytes = 512 * 2 ** 20;

/**
 * The number of photos per batch at which a photo takes the least time, found by measuring: 16, doubled as long as that pays.
 * The first batch of a size compiles the card's programs and is not measured; then two are under way at once, as in a run.
 */
export async function bestBatchSize(network: GpuNetwork, preparation: PixelPreparation): Promise<number> {
  const [height, width] = preparation.targetSize;
  const photo = new Uint8Array(height * width * 3).fill(127);
  const bytes = await network.largest(preparation.targetSize);
  const most = Math.min(largest, Math.floor(Math.min(mostBytes, network.thread.adapter.maxBytes) / bytes));
  let best = { size: Math.max(1, Math.min(smallest, most)), ms: Number.POSITIVE_INFINITY };
  for (let size = best.size; size <= most; size *= 2) {
    const batch = () => network.rows(Array<Uint8Array>(size).fill(photo), preparation);
    await batch();
    const start = performance.now();
    await Promise.all([batch(), batch()]);
    const took = (performance.now() - start) / 2;
    if (took / size > worthwhile * best.ms) break;
    best = { size, ms: took / size };
    if (took > longest / 2) break;
  }
  return best.size;
}

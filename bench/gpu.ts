/**
 * This package's side of `npm run bench -- --gpu`: `gpu.ts '<json>'` measures one network on the graphics card, and prints a line of JSON:
 * decoding alone, the network alone, both end to end, and how far its features are from the processor's.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { applications, ImageDataGenerator, predictToFile } from '../src';
import { orderedMap } from '../src/features/ordered-map';
import { readPhotoFile } from '../src/images/read-photo-file';
import { convLayers } from '../src/networks/conv-layers';
import { differenceOf } from '../src/networks/gpu/difference-of';
import { findGpu } from '../src/networks/gpu/find-gpu';
import type { Network } from '../src/networks/network';
import { cpuNetwork, networkFor } from '../src/networks/network-for';
import { newStore } from './new-store';

interface Job {
  network: 'VGG16' | 'EfficientNetLite0';
  /** Folder of class folders. */
  photos: string;
  side: number;
  /** Photos per batch, for the network alone. */
  batches: number[];
  rounds: number;
}

const job = JSON.parse(process.argv[2]!) as Job;

async function main(): Promise<void> {
  const found = await findGpu();
  if ('none' in found) return say({ none: found.none });
  const base = await applications[job.network]({ device: 'gpu' });
  const photos = new ImageDataGenerator(base.recommended.generator).flowFromDirectory(job.photos, {
    ...{ ...base.recommended.flow, targetSize: [job.side, job.side], batchSize: 16 },
    ...{ classMode: null, shuffle: false, verbose: 0 },
  });
  const { files, preparation } = photos.photos;
  const sample = () => photos.photos.pixels(files[0]!);
  const use = { photos: files.length, preparation, sample };
  const network = await networkFor(base, { precision: 'float32', use });
  const pixels = await Promise.all(files.slice(0, 8).map((file) => photos.photos.pixels(file)));

  const decode = await bestOf(async () => {
    // Bytes first, as extraction does: a path would be counted among the few files that may be open at once.
    const work = async (file: string) => photos.photos.pixels(await readPhotoFile(file));
    for await (const _pixels of orderedMap(files, { limit: 3 * network.batchSize!, work }));
    return files.length;
  });
  const alone: Record<string, number> = {};
  for (const size of new Set([...job.batches, network.batchSize!]))
    alone[size] = await bestOf(() => computed(network, { pixels, size }));
  const place = fs.mkdtempSync(path.join(os.tmpdir(), 'little-data-bench-gpu-'));
  const endToEnd = await bestOf(async () => {
    newStore();
    await predictToFile(base, photos, { file: path.join(place, 'features.npy'), verbose: 0 });
    return files.length;
  });
  fs.rmSync(place, { recursive: true });
  say({
    adapter: found.thread.adapter,
    photos: files.length,
    batch_size: network.batchSize,
    ms_a_photo: { decode, network: alone, end_to_end: endToEnd },
    end_to_end_vs_longer: endToEnd / Math.max(decode, alone[network.batchSize!]!),
    difference_to_cpu: await difference(network),
    layers: convLayers(base),
  });

  /** The largest difference of a value of eight photos, in proportion to the largest value. */
  async function difference(gpu: Network): Promise<number> {
    const cpu = await cpuNetwork(base, 'float32');
    const [found, wanted] = [await gpu.rows(pixels, preparation), await cpu.rows(pixels, preparation)];
    return differenceOf(found.values, wanted.values);
  }

  /** Runs at least 1,024 photos, two batches at once as extraction does; gives how many. */
  async function computed(gpu: Network, { pixels, size }: { pixels: Uint8Array[]; size: number }) {
    const batch = Array.from({ length: size }, (_, i) => pixels[i % pixels.length]!);
    const batches = Math.max(4, Math.ceil(Math.min(1024, files.length) / size));
    let before = gpu.rows(batch, preparation);
    for (let i = 1; i < batches; i++) {
      const next = gpu.rows(batch, preparation);
      await before;
      before = next;
    }
    await before;
    return batches * size;
  }
}

/** The fewest milliseconds per photo of some rounds, after one that is not counted. `work` gives how many photos it had. */
async function bestOf(work: () => Promise<number>): Promise<number> {
  await work();
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < job.rounds; round++) {
    const start = performance.now();
    const photos = await work();
    best = Math.min(best, (performance.now() - start) / photos);
  }
  return best;
}

function say(line: object): void {
  console.log(JSON.stringify(line));
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});

/** What was found out about networks on this machine's graphics cards: once per card, driver, network and size. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import * as v from 'valibot';
import { writeWhole } from '../../files/atomic';
import { named, readRecord } from '../../files/record';
import { sharedDataPath } from '../../paths';
import type { Adapter } from './gpu-thread';

/** How a network does on a card. */
export interface GpuTrial {
  /** The largest difference of a photo's features to the CPU's, in proportion to the largest of them. */
  difference: number;
  /** The photos per batch at which a photo takes the least time. */
  batchSize: number;
}

const schema = named(
  v.string(),
  v.object({ difference: v.number(), batchSize: v.pipe(v.number(), v.safeInteger(), v.minValue(1)) }),
);

/** The record's key for a network at a size of photos. The driver is part of the adapter's description. */
export function trialKey(
  adapter: Adapter,
  { digest, targetSize }: { digest: string; targetSize: readonly [number, number] },
): string {
  const versions = ['webgpu', '@tensorflow/tfjs-backend-webgpu'].map(
    (name) => (require(`${name}/package.json`) as { version: string }).version,
  );
  const parts = [process.platform, process.arch, ...versions, adapter, digest, targetSize];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}

/** What is remembered; undefined where the network was not tried yet. */
export function rememberedTrial(key: string): GpuTrial | undefined {
  return trials()[key];
}

/** Keeps a trial. */
export function rememberTrial(key: string, trial: GpuTrial): void {
  const text = `${JSON.stringify({ ...trials(), [key]: trial }, null, 1)}\n`;
  writeWhole(recordFile(), (descriptor) => fs.writeSync(descriptor, text));
}

function trials(): Record<string, GpuTrial> {
  try {
    return readRecord(recordFile(), schema, { what: 'the record of graphics cards', next: '' }) ?? {};
  } catch {
    // All of it can be found out again.
    return {};
  }
}

function recordFile(): string {
  return sharedDataPath('cache', 'gpu.json');
}

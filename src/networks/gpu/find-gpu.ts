/** The graphics card of this machine, looked for once per process. */
import fs from 'node:fs';
import { processState } from '../../state';
import { type Adapter, GpuThread } from './gpu-thread';

/** A card that can be used, or why there is none: a noun phrase. */
export type FoundGpu = { thread: GpuThread } | { none: string };

/**
 * Looks for a card by WebGPU, and says once which one it is. One that was lost is looked for again.
 * A program that computes on the processor in place of a card (SwiftShader, llvmpipe) is no card, unless the environment variable
 * `LITTLE_DATA_GPU_SOFTWARE=1` takes it: for tests.
 */
export async function findGpu(): Promise<FoundGpu> {
  const state = search();
  const known = await state.found;
  if (known && 'thread' in known && known.thread.lost !== undefined) state.found = undefined;
  state.found ??= look();
  return state.found;
}

/** Whether a card was lost in this process, or none of its devices is there: then looking for one may be saved. */
export async function mayHaveGpu(): Promise<boolean> {
  const known = await search().found;
  if (known) return 'thread' in known && known.thread.lost === undefined;
  if (process.platform !== 'linux') return true;
  // Dawn would print a warning on every machine without a card.
  if (process.env.VK_DRIVER_FILES || process.env.VK_ICD_FILENAMES) return true;
  return [...namesIn('/dev'), ...namesIn('/dev/dri')].some((name) =>
    /^(nvidia\d|renderD|dxg$|kgsl)/.test(name),
  );
}

/** A card in words. */
export function nameOfAdapter({ vendor, architecture, device, description }: Adapter): string {
  const names = [vendor, device || architecture, description].filter((name) => name !== '');
  return names.length > 0 ? names.join(', ') : 'a card that gives no name';
}

async function look(): Promise<FoundGpu> {
  let thread: GpuThread | undefined;
  try {
    thread = await GpuThread.start();
  } catch (error) {
    return { none: `that the package \`webgpu\` does not load (${(error as Error).message.split('\n')[0]})` };
  }
  if (!thread) return { none: 'none that WebGPU can use' };
  const { adapter } = thread;
  if (adapter.isSoftware && process.env.LITTLE_DATA_GPU_SOFTWARE !== '1') {
    await thread.close();
    return { none: `only a program that computes on the processor (${nameOfAdapter(adapter)})` };
  }
  console.log(`Networks run on the graphics card: ${nameOfAdapter(adapter)}.`);
  return { thread };
}

function search(): { found: Promise<FoundGpu> | undefined } {
  return processState('gpu', () => ({ found: undefined }));
}

function namesIn(folder: string): string[] {
  try {
    return fs.readdirSync(folder);
  } catch {
    return [];
  }
}

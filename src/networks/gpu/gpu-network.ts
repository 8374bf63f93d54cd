/** A network on the graphics card. */
import type { LayersModel } from '@tensorflow/tfjs-node';
import { preparePixels } from '../../datasets/batches/prepare-pixels';
import { processState } from '../../state';
import { valuesOf } from '../../tensorflow';
import { convLayers } from '../conv-layers';
import { modelDigest } from '../model-digest';
import type { Rows } from '../network';
import { fuseActivations } from './fuse-activations';
import type { GpuModel, GpuPixels, GpuThread } from './gpu-thread';
import { type PixelPreparation, pixelTable } from './pixel-table';

/** A network whose weights lie in the card's memory. */
export class GpuNetwork {
  readonly device = 'gpu' as const;
  private readonly tables = new WeakMap<PixelPreparation, Float32Array | undefined>();

  /** @param model it is freed on the card once nobody holds the model any more. @param network its number in the thread. */
  constructor(
    readonly thread: GpuThread,
    readonly model: LayersModel,
    private readonly network: number,
  ) {}

  /** The output for photos, uint8 RGB `[height * width * 3]` each. */
  async rows(photos: readonly Uint8Array[], preparation: PixelPreparation): Promise<Rows> {
    const { targetSize } = preparation;
    const shape = [photos.length, ...targetSize, 3];
    const table = this.tableFor(preparation);
    if (table) return this.compute(shape, { bytes: joined(photos), table });
    // A copy: its memory goes to the thread.
    const values = valuesOf(() => preparePixels(photos, preparation)).slice();
    return this.compute(shape, { values });
  }

  /** The bytes of the largest tensor that one photo of a size becomes. */
  async largest([height, width]: readonly [number, number]): Promise<number> {
    const shape = [1, height, width, 3];
    const { bytes } = await this.thread.ask({ do: 'largest', network: this.network, shape });
    return bytes!;
  }

  private async compute(shape: readonly number[], pixels: GpuPixels): Promise<Rows> {
    const { buffer } = 'bytes' in pixels ? pixels.bytes : pixels.values;
    const task = { do: 'run', network: this.network, shape, pixels } as const;
    const { shape: made, values } = await this.thread.ask(task, [buffer as ArrayBuffer]);
    return { shape: made!, values: values! };
  }

  /** The table is tried on noise: once for all batches of a run. */
  private tableFor(preparation: PixelPreparation): Float32Array | undefined {
    if (!this.tables.has(preparation)) this.tables.set(preparation, pixelTable(preparation));
    return this.tables.get(preparation);
  }
}

interface Loaded {
  digest: string;
  network: Promise<GpuNetwork>;
  free(): void;
}

/** The network of a model, with the weights that it has now; loaded once, and freed with the model. */
export async function gpuNetwork(model: LayersModel, thread: GpuThread): Promise<GpuNetwork> {
  const digest = modelDigest(model);
  const networks = processState('gpuNetworks', () => new WeakMap<LayersModel, Loaded>());
  const known = networks.get(model);
  if (known?.digest === digest && (await known.network).thread === thread) return known.network;
  known?.free();
  const number = processState('gpuNetworkNumbers', () => ({ next: 0 })).next++;
  // The answer comes later, and a lost card has nothing to free.
  const free = () => void thread.ask({ do: 'free', network: number }).catch(() => {});
  const network = load(model, { thread, number });
  networks.set(model, { digest, network, free });
  abandoned().register(model, free);
  try {
    return await network;
  } catch (error) {
    networks.delete(model);
    throw error;
  }
}

async function load(
  model: LayersModel,
  { thread, number }: { thread: GpuThread; number: number },
): Promise<GpuNetwork> {
  await thread.ask({ do: 'load', network: number, model: await forThread(model) });
  return new GpuNetwork(thread, model, number);
}

/** The layers that `convLayers` knows, which the thread fuses; else the whole model as TensorFlow.js saves it. */
async function forThread(model: LayersModel): Promise<GpuModel> {
  const layers = convLayers(model);
  if (layers) {
    const weights = model.layers.flatMap((layer) => layer.getWeights());
    const arrays = weights.map(async (weight) => ({
      shape: weight.shape,
      values: (await weight.data()) as Float32Array,
    }));
    return { layers: fuseActivations(layers), weights: await Promise.all(arrays) };
  }
  let saved: object | undefined;
  await model.save({
    save: async (artifacts) => {
      saved = artifacts;
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
    },
  });
  return { artifacts: saved! };
}

/** Photos one after the other, in whole words of four bytes. */
function joined(photos: readonly Uint8Array[]): Uint8Array {
  const size = photos[0]!.length;
  const bytes = new Uint8Array(4 * Math.ceil((photos.length * size) / 4));
  for (const [i, photo] of photos.entries()) bytes.set(photo, i * size);
  return bytes;
}

/** Frees the networks of models that were garbage-collected. */
function abandoned(): FinalizationRegistry<() => void> {
  return processState('abandonedGpuNetworks', () => new FinalizationRegistry<() => void>((free) => free()));
}

/** The network as extraction runs it: on the processor or the graphics card, in the wanted precision. */
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import { preparePixels } from '../datasets/batches/prepare-pixels';
import { tf } from '../tensorflow';
import { chooseGpu } from './gpu/choose-gpu';
import { graphNetwork, type Precision } from './graph-network';
import type { Network, NetworkUse } from './network';

/**
 * The fastest network for `model` on the device that it was loaded for: on the processor its graph, kept loaded as long as the model, else the
 * model itself.
 *
 * @param options `precision`; `use`: what it is wanted for, without which it runs on the processor.
 * @throws where the precision or the graphics card can't be had.
 */
export async function networkFor(
  model: LayersModel,
  { precision, use }: { precision: Precision; use?: NetworkUse },
): Promise<Network> {
  const cpu = () => cpuNetwork(model, precision);
  return (use && (await chooseGpu(model, { precision, use, cpu }))) ?? cpu();
}

/** A network on the processor. */
export interface CpuNetwork extends Network {
  /** The output for a batch of pixels, as `generator.prepare` gives them; the caller disposes both. */
  run(x: Tensor): Promise<Tensor>;
}

/** The network on the processor, whatever the model was loaded for. */
export async function cpuNetwork(model: LayersModel, precision: Precision): Promise<CpuNetwork> {
  const graph = await graphNetwork(model, { precision });
  const run = graph
    ? (x: Tensor) => graph.run(x)
    : async (x: Tensor) => tf.tidy(() => model.predictOnBatch(x) as Tensor);
  // New memory for each batch would make the garbage collector run once in a batch.
  let room = new Float32Array();
  return {
    device: 'cpu',
    run,
    async rows(photos, preparation) {
      const [height, width] = preparation.targetSize;
      const count = photos.length * height * width * 3;
      if (room.length < count) room = new Float32Array(count);
      const x = preparePixels(photos, preparation, room);
      try {
        const y = await run(x);
        const values = (await y.data()) as Float32Array;
        y.dispose();
        return { shape: y.shape, values };
      } finally {
        x.dispose();
      }
    },
  };
}

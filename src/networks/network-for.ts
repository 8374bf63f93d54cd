/** The network as extraction runs it: one call for a batch, in the wanted precision. */
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import { tf } from '../tensorflow';
import { graphNetwork, type Precision } from './graph-network';

/** Computes batches. */
export interface Network {
  /** The output for a batch of pixels, as `generator.prepare` gives them; the caller disposes both. */
  run(x: Tensor): Promise<Tensor>;
}

/** The fastest network for `model`: its graph, kept loaded as long as the model, else the model itself. @throws where the precision can't be had. */
export async function networkFor(
  model: LayersModel,
  { precision }: { precision: Precision },
): Promise<Network> {
  const graph = await graphNetwork(model, { precision });
  return graph ?? { run: async (x) => tf.tidy(() => model.predictOnBatch(x) as Tensor) };
}

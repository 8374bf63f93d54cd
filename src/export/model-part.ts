/** A model's layers and weights, to be put behind or before those of another. */
import type { io } from '@tensorflow/tfjs';
import type { LayersModel } from '@tensorflow/tfjs-node';
import { tf } from '../tensorflow';
import { type Chain, layersOf } from './layer-chain';
import type { Weights } from './pack-weights';

/** The layers, and a copy of the weights in one piece. */
export interface ModelPart {
  chain: Chain;
  weights: Weights;
}

/** What `model.save` would write. The model stays as it is. */
export async function modelPart(model: LayersModel): Promise<ModelPart> {
  let taken: io.ModelArtifacts | undefined;
  await model.save(
    tf.io.withSaveHandler(async (artifacts) => {
      taken = artifacts;
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' as const } };
    }),
  );
  const { weightSpecs, weightData } = taken!;
  return {
    chain: layersOf(taken!),
    weights: { weightSpecs: weightSpecs!, weightData: await joinedBytes([weightData!].flat()) },
  };
}

/** All bytes behind one another. */
export function joinedBytes(parts: BlobPart[]): Promise<ArrayBuffer> {
  return new Blob(parts).arrayBuffer();
}

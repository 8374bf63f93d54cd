/** What tells networks apart, whatever they are called. */
import { createHash } from 'node:crypto';
import type { LayersModel } from '@tensorflow/tfjs-node';

/** SHA-256 of a model's layers and weights, whatever they are called: the same numbers, the same digest. */
export function modelDigest(model: LayersModel): string {
  const layers = model.layers.map((layer) => ({
    description: describe(layer, model),
    weights: layer.getWeights(),
  }));
  const identity = layers.flatMap(({ description, weights }) => [
    description,
    ...weights.map((weight) => weight.dataId),
  ]);
  const known = digests.get(model);
  if (known && isSame(known.identity, identity)) return known.digest;
  const hash = createHash('sha256');
  for (const { description, weights } of layers) {
    hash.update(description);
    for (const weight of weights) {
      const values = weight.dataSync() as Float32Array;
      hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    }
  }
  const digest = hash.digest('hex');
  digests.set(model, { identity, digest });
  return digest;
}

/**
 * Digests by what they were taken of: descriptions and data ids. TensorFlow.js never changes the numbers behind a data
 * id, a weight that is set gets another one; so VGG16's 59 MB are not hashed in each call.
 */
const digests = new WeakMap<LayersModel, { identity: readonly unknown[]; digest: string }>();

function isSame(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

function describe(layer: LayersModel['layers'][number], model: LayersModel): string {
  const { name: _name, inputLayers: _inputLayers, ...config } = layer.getConfig() as Record<string, unknown>;
  return `${layer.getClassName()} ${JSON.stringify(config)} ${inputsOf(layer, model)}`;
}

/** Which layers of the model a layer takes its input from: `'3'`, or `'3,5'` for one that joins two. */
function inputsOf(layer: LayersModel['layers'][number], model: LayersModel): string {
  const calls = (layer.inboundNodes as { inboundLayers: LayersModel['layers'] }[]).map((node) =>
    node.inboundLayers.map((input) => model.layers.indexOf(input)),
  );
  // A layer may be called in other models too, and again where this model was called as a layer.
  return [...new Set(calls.filter((inputs) => !inputs.includes(-1)).map(String))].join(' ');
}

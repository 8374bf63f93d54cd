/** Weights whose logits are divided by a temperature. */

import { problem } from '../check';
import { tf } from '../tensorflow';
import type { Chain } from './layer-chain';
import type { ModelPart } from './model-part';
import type { Weights } from './pack-weights';

/**
 * The weights of a head with kernel and bias of its last Dense layer divided by `temperature`: a copy. The sigmoid or softmax that follows
 * then gives the calibrated probabilities, without a layer that some version of TensorFlow.js may lack.
 *
 * @param options `temperature`: above 0.
 * @throws LittleDataError where something else stands between that layer and the last activation.
 */
export function divideLogits(
  { chain, weights: { weightSpecs, weightData } }: ModelPart,
  { temperature }: { temperature: number },
): Weights {
  const name = logitsLayer(chain);
  const bytes = new Uint8Array(weightData.slice(0));
  let at = 0;
  for (const spec of weightSpecs) {
    const end = at + tf.util.sizeFromShape(spec.shape) * tf.util.bytesPerElement(spec.dtype as 'float32');
    if (spec.name === `${name}/kernel` || spec.name === `${name}/bias`) {
      const divided = new Float32Array(weightData.slice(at, end)).map((value) => value / temperature);
      bytes.set(new Uint8Array(divided.buffer), at);
    }
    at = end;
  }
  return { weightSpecs, weightData: bytes.buffer };
}

/** The name of the Dense layer whose sums are the logits. */
function logitsLayer({ layers, output }: Chain): string {
  const layerOf = (name: string | undefined) => layers.find((layer) => layer.name === name);
  const last = layerOf(output[0])!;
  if (last.class_name === 'Dense') return last.name;
  const before = layerOf(last.inbound_nodes[0]?.[0]?.[0]);
  if (before?.class_name === 'Dense' && before.config.activation === 'linear') return before.name;
  throw problem({
    where: 'the calibrated head',
    expected: 'a linear Dense layer right before its last activation',
    found: [before?.class_name ?? 'no layer', before?.config.activation].filter(Boolean).join(', '),
    next: 'Build the head with `buildHead`, or export one that was not calibrated.',
  });
}

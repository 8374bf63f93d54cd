/** A head's probabilities, as its calibration has them. */
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import { problem } from '../check';
import { tf } from '../tensorflow';
import { headMetadata } from './head-metadata';

/** Rows that go through a head at once. */
const batchSize = 512;

/**
 * The probabilities of each row, `[n, 1]` (of class 1) or `[n, classes]`: the head's output, or, where the head was calibrated, that of
 * its logits divided by the temperature. The caller disposes it.
 */
export function probabilitiesOf(head: LayersModel, features: Tensor): Tensor {
  const { calibration } = headMetadata(head);
  if (!calibration) return head.predict(features, { batchSize }) as Tensor;
  return tf.tidy(() => {
    const logits = logitsOf(head, features).div(calibration.temperature);
    return logits.shape[1] === 1 ? logits.sigmoid() : logits.softmax();
  });
}

/**
 * What the last sigmoid or softmax of a head is given, `[n, 1]` or `[n, classes]`. The probabilities themselves don't tell it: in float32
 * a probability of more than 0.99999997 is 1. The caller disposes it.
 */
export function logitsOf(head: LayersModel, features: Tensor): Tensor {
  const last = head.layers.at(-1)!;
  const kind = last.getClassName();
  if (!['Dense', 'Activation', 'Softmax'].includes(kind))
    throw problem({
      where: 'the head',
      expected: 'a last layer that is Dense, Activation or Softmax, whose logits can be told',
      found: kind,
      next: 'Build it with `buildHead`.',
    });
  return tf.tidy(() => {
    // It has the layers of the head, and no weights of its own to be disposed.
    const before = tf.model({ inputs: head.inputs, outputs: last.getInputAt(0) });
    const x = before.predict(features, { batchSize }) as Tensor;
    if (kind !== 'Dense') return x;
    const [kernel, bias] = last.getWeights();
    const sums = x.matMul(kernel!);
    return bias ? sums.add(bias) : sums;
  });
}

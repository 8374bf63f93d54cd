/** Layers that standardise features within a head. */
import type { Sequential, Tensor } from '@tensorflow/tfjs-node';
import { tf } from '../tensorflow';

const name = 'standardize';

/**
 * Layers for values `[channels]` or `[height, width, channels]` that take off each channel's mean and divide by its standard deviation: a
 * depthwise convolution of 1x1 that is not trained, which Keras and TensorFlow.js compute alike. `inputShape` where they come first.
 */
export function standardizingLayers(shape: readonly number[], { isFirst }: { isFirst: boolean }) {
  const inputShape = isFirst && { inputShape: [...shape] };
  const scale = { name, kernelSize: 1, trainable: false };
  if (shape.length === 3) return [tf.layers.depthwiseConv2d({ ...scale, ...inputShape })];
  return [
    tf.layers.reshape({ name: `${name}_reshape`, targetShape: [1, 1, shape[0]!], ...inputShape }),
    tf.layers.depthwiseConv2d(scale),
  ];
}

/** Sets what is taken off and divided by: mean and standard deviation of each channel of what comes before, for `features`. */
export function setStandardizing(head: Sequential, features: Tensor): void {
  const at = head.layers.findIndex((layer) => layer.name === name);
  tf.tidy(() => {
    let x = features;
    for (const layer of head.layers.slice(0, at)) x = layer.apply(x) as Tensor;
    const { mean, variance } = tf.moments(x, [...x.shape.keys()].slice(0, -1));
    // A channel that never differs is left as wide as it is.
    const factor = tf.where(variance.greater(0), variance.sqrt(), tf.onesLike(variance)).reciprocal();
    head.layers[at]!.setWeights([factor.reshape([1, 1, -1, 1]), mean.mul(factor).neg()]);
  });
}

/** A network of convolutions, layer by layer. */

/** @import * as TensorFlow from '@tensorflow/tfjs' */
/** @import { ConvLayer } from '../graph/conv-graph.js' */
/** @import { GpuArray } from './gpu-thread.js' */
/** @typedef {TensorFlow.Tensor4D} Tensor */

/**
 * The network that computes `layers` with their `weights`: kernel and, where there is one, bias, layer by layer.
 * @param {typeof TensorFlow} tf
 * @param {{ layers: readonly ConvLayer[], weights: readonly GpuArray[] }} model
 */
export function layersNetwork(tf, { layers, weights }) {
  const tensors = weights.map(({ values, shape }) => tf.tensor(values, [...shape], 'float32'));
  const users = layers.map((_, at) => layers.filter(({ from }) => from.includes(at)).length);
  return {
    /** @param {TensorFlow.Tensor} x */
    run(x) {
      const unused = tensors.values();
      const waiting = [...users];
      /** @type {Tensor[]} */
      const made = [];
      for (const layer of layers) {
        const sources = layer.from.map((at) => /** @type {Tensor} */ (at < 0 ? x : made[at]));
        const y = compute(tf, { layer, sources, weight: () => /** @type {Tensor} */ (unused.next().value) });
        made.push(y);
        // What no later layer needs would fill the card's memory until the end of the batch.
        for (const at of layer.from) {
          if (at < 0) continue;
          waiting[at] = Number(waiting[at]) - 1;
          if (waiting[at] === 0 && made[at] !== y) made[at]?.dispose();
        }
      }
      return /** @type {Tensor} */ (made.at(-1));
    },
    dispose: () => tf.dispose(tensors),
  };
}

/**
 * @param {typeof TensorFlow} tf
 * @param {{ layer: ConvLayer, sources: Tensor[], weight: () => Tensor }} step
 * @returns {Tensor}
 */
function compute(tf, { layer, sources, weight }) {
  const [x, other] = /** @type {[Tensor, Tensor]} */ (sources);
  switch (layer.kind) {
    case 'max pooling':
      return tf.maxPool(x, [...layer.size], [...layer.strides], padOf(layer));
    case 'sum':
      return tf.add(x, other);
    case 'mean':
      return tf.mean(x, [1, 2]);
    case 'activation':
      return layer.activation === 'linear' ? x : tf[layer.activation](x);
    default: {
      const convolve = layer.kind === 'convolution' ? tf.fused.conv2d : tf.fused.depthwiseConv2d;
      return convolve({
        x,
        filter: weight(),
        ...(layer.bias && { bias: weight() }),
        activation: layer.activation,
        strides: [...layer.strides],
        dilations: [...layer.dilations],
        pad: padOf(layer),
      });
    }
  }
}

/**
 * @param {{ padding: 'SAME' | 'VALID' }} layer
 * @returns {'same' | 'valid'}
 */
function padOf({ padding }) {
  return padding === 'SAME' ? 'same' : 'valid';
}

/** A chain of convolutions and maxima as one TensorFlow graph, which fuses bias and ReLU into the convolutions. */
import { anySize, Graph, type Output } from './graph';
import { type Convolution, operations, type Pooling } from './operations';

/** The numbers that the convolutions are computed in; what goes in and comes out is float32. */
export type Precision = 'float32' | 'bfloat16';

/** A layer of a chain, on pixels or features `[n, height, width, channels]`. */
export type ConvLayer =
  | ({
      kind: 'convolution';
      kernel: readonly number[];
      bias: boolean;
      activation: 'linear' | 'relu';
    } & Convolution)
  | ({ kind: 'max pooling' } & Pooling);

/**
 * A graph with the signature `run`: `x` float32 [n, height, width, channels] and the weights `w0`, `w1` ... (kernel
 * and, where there is one, bias, layer by layer) to `y`. The weights are fed in each call: the graph holds none.
 */
export function convGraph(layers: readonly ConvLayer[], { precision }: { precision: Precision }): Graph {
  const graph = new Graph();
  const ops = operations(graph);
  const inputs: Record<string, Output> = {};
  const fed = (name: string, shape: readonly number[]): Output => {
    inputs[name] = graph.placeholder(name, shape);
    return precision === 'float32' ? inputs[name] : ops.cast(inputs[name], precision);
  };
  let weights = 0;
  const weight = (shape: readonly number[]) => fed(`w${weights++}`, shape);
  let x = fed('x', [anySize, anySize, anySize, anySize]);
  for (const layer of layers) {
    if (layer.kind === 'max pooling') {
      x = ops.maxPool(x, layer);
    } else {
      x = ops.conv2d(x, weight(layer.kernel), layer);
      if (layer.bias) x = ops.biasAdd(x, weight([layer.kernel[3]!]));
      x = ops[layer.activation](x);
    }
  }
  const y = precision === 'float32' ? ops.identity(x) : ops.cast(x, 'float32');
  graph.signatures.run = { inputs, outputs: { y } };
  return graph;
}

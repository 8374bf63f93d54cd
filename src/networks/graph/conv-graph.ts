/** A convolutional network as one TensorFlow graph, which fuses bias and ReLU into the convolutions. */
import { anySize, Graph, type Output } from './graph';
import { type Convolution, type Operations, operations, type Pooling } from './operations';

/** The numbers that the convolutions are computed in; what goes in and comes out is float32. */
export type Precision = 'float32' | 'bfloat16';

/** What a layer computes of pixels or features `[n, height, width, channels]`. */
export type ConvLayer = {
  /** The layers that its inputs come from, by their places; -1 for the pixels. */
  from: readonly number[];
} & (
  | ({ kind: 'convolution' | 'depthwise convolution'; kernel: readonly number[]; bias: boolean } & {
      activation: Activation;
    } & Convolution)
  | ({ kind: 'max pooling' } & Pooling)
  | { kind: 'activation'; activation: Activation }
  | { kind: 'sum' }
  | { kind: 'mean' }
);

/** What may come after a convolution. */
export type Activation = 'linear' | 'relu' | 'relu6';

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
  const pixels = fed('x', [anySize, anySize, anySize, anySize]);
  const made: Output[] = [];
  for (const layer of layers) {
    const [x, other] = layer.from.map((at) => (at < 0 ? pixels : made[at]!)) as [Output, Output];
    made.push(compute(layer, { ops, x, other, weight }));
  }
  const x = made.at(-1)!;
  const y = precision === 'float32' ? ops.identity(x) : ops.cast(x, 'float32');
  graph.signatures.run = { inputs, outputs: { y } };
  return graph;
}

function compute(
  layer: ConvLayer,
  {
    ops,
    x,
    other,
    weight,
  }: { ops: Operations; x: Output; other: Output; weight: (shape: readonly number[]) => Output },
): Output {
  switch (layer.kind) {
    case 'max pooling':
      return ops.maxPool(x, layer);
    case 'activation':
      return ops[layer.activation](x);
    case 'sum':
      return ops.add(x, other);
    case 'mean':
      return ops.mean(x, [1, 2]);
    default: {
      const isDepthwise = layer.kind === 'depthwise convolution';
      const convolve = isDepthwise ? ops.depthwiseConv2d : ops.conv2d;
      const y = convolve(x, weight(layer.kernel), layer);
      const channels = isDepthwise ? layer.kernel[2]! * layer.kernel[3]! : layer.kernel[3]!;
      return ops[layer.activation](layer.bias ? ops.biasAdd(y, weight([channels])) : y);
    }
  }
}

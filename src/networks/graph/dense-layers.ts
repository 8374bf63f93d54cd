/** Dense layers and dropout in a graph: forward pass, gradients, cross-entropy. */
import type { Output } from './graph';
import type { Operations } from './operations';

/** What may stand between two dense layers. */
export type Activation = 'linear' | 'relu' | 'sigmoid' | 'tanh';

/** What a chain ends in: the probability of class 1, or of each class. */
export type Ending = 'sigmoid' | 'softmax';

/** A layer of a chain; `inputs` and `units` are sizes, `rate` the fraction that is left out. */
export type ChainLayer =
  | { kind: 'dense'; inputs: number; units: number; activation: Activation }
  | { kind: 'dropout'; rate: number };

/** Layers from rows of features to probabilities: the hidden ones, and the dense layer they end in. */
export interface Chain {
  hidden: readonly ChainLayer[];
  last: { inputs: number; units: number; ending: Ending };
}

/**
 * The chain's probabilities `p` for rows `x`, the `logits` that they come from, and the way back: from the gradient at the logits to
 * those of all weights. `weights`: kernel and bias, layer by layer. `seeds`: of each dropout; without them nothing is left out.
 */
export function forward(
  ops: Operations,
  { chain, x, weights, seeds }: { chain: Chain; x: Output; weights: readonly Output[]; seeds?: Output[] },
): { p: Output; logits: Output; backward: (gradient: Output) => Output[] } {
  const layers: { input: Output; kernel?: Output; back: (gradient: Output) => Output }[] = [];
  const [kernels, seedsLeft] = [[...weights], [...(seeds ?? [])]];
  const dense = (input: Output) => {
    const [kernel, bias] = kernels.splice(0, 2) as [Output, Output];
    return { kernel, output: ops.biasAdd(ops.matMul(input, kernel), bias) };
  };
  let h = x;
  for (const layer of chain.hidden) {
    const input = h;
    if (layer.kind === 'dense') {
      const { kernel, output } = dense(input);
      const y = ops[layer.activation](output);
      h = y;
      layers.push({ input, kernel, back: (gradient) => ops[`${layer.activation}Gradient`](gradient, y) });
    } else if (seeds) {
      const mask = dropoutMask(ops, { like: input, rate: layer.rate, seed: seedsLeft.shift()! });
      h = ops.multiply(input, mask);
      layers.push({ input, back: (gradient) => ops.multiply(gradient, mask) });
    }
  }
  const { kernel, output: logits } = dense(h);
  layers.push({ input: h, kernel, back: (gradient) => gradient });
  return {
    p: ops[chain.last.ending](logits),
    logits,
    backward: (gradient) => backward(ops, { layers, gradient }),
  };
}

/** Gradients of kernels and biases, in the order of the weights. */
function backward(
  ops: Operations,
  {
    layers,
    gradient,
  }: {
    layers: { input: Output; kernel?: Output; back: (gradient: Output) => Output }[];
    gradient: Output;
  },
): Output[] {
  const first = layers.findIndex((layer) => layer.kernel);
  const gradients: Output[] = [];
  let g = gradient;
  for (let i = layers.length - 1; i >= first; i--) {
    const { input, kernel, back } = layers[i]!;
    g = back(g);
    if (!kernel) continue;
    gradients.unshift(ops.matMul(input, g, { transposeA: true }), ops.biasGradient(g));
    if (i > first) g = ops.matMul(g, kernel, { transposeB: true });
  }
  return gradients;
}

/** 0 for what is left out, else 1 / (1 - rate), so that the next layer's sums keep their size. */
function dropoutMask(
  ops: Operations,
  { like, rate, seed }: { like: Output; rate: number; seed: Output },
): Output {
  const kept = ops.greaterEqual(ops.uniform(ops.shapeOf(like), seed), ops.constant(rate));
  return ops.multiply(ops.cast(kept, 'float32'), ops.constant(1 / (1 - rate)));
}

/**
 * Cross-entropy of labels `y` and logits whose probabilities are `p`: `totals` [2] over the rows, the loss in nats and the number of
 * right predictions; and the gradient of the mean loss at the logits, (p - y) / rows. From logits and not from probabilities, as in
 * Keras' compiled `fit`: a head that is wrong and sure keeps learning. `rowWeights` [rows, 1] multiply each row's loss.
 */
export function crossEntropy(
  ops: Operations,
  {
    logits,
    p,
    y,
    rowWeights,
    scale,
    ending,
  }: { logits: Output; p: Output; y: Output; rowWeights?: Output; scale: Output; ending: Ending },
): { totals: Output; gradient: Output } {
  const binary = ending === 'sigmoid';
  const half = ops.constant(0.5);
  const losses = binary
    ? ops.subtract(ops.softplus(logits), ops.multiply(logits, y))
    : ops.negative(ops.multiply(y, ops.logSoftmax(logits)));
  const right = binary
    ? ops.equal(ops.greater(p, half), ops.greater(y, half))
    : ops.equal(ops.argMax(p, 1), ops.argMax(y, 1));
  const counted = ops.sum(ops.cast(right, 'float32'), binary ? [0, 1] : [0]);
  const weighted = (x: Output) => (rowWeights ? ops.multiply(x, rowWeights) : x);
  return {
    totals: ops.stack([ops.sum(weighted(losses), [0, 1]), counted]),
    gradient: weighted(ops.multiply(ops.subtract(p, y), scale)),
  };
}

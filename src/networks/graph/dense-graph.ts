/** The training of dense layers as one TensorFlow graph: forward pass, dropout, gradients, optimizer, several steps a call. */
import { type Chain, crossEntropy, forward } from './dense-layers';
import { anySize, Graph, type Output } from './graph';
import { type Operations, operations } from './operations';
import { adam, type Optimizer, rmsprop } from './optimizer';

/** What a graph does beside plain steps. */
export interface DenseGraphOptions {
  /** Training steps in `many`. */
  steps: number;
  optimizer: Optimizer;
  /** Whether weights are made smaller before each step. */
  decays: boolean;
  /** Whether rows have weights. */
  weighted: boolean;
}

/** A weight and what the optimizer keeps for it: Adam's moments, the step before, or the mean of squares. */
interface Trained {
  weight: Output;
  first: Output;
  second: Output;
}

/** The names of the values that `write` takes and `read` gives, for the i-th weight. */
export const stateNames = (i: number) => [`weight_${i}`, `first_${i}`, `second_${i}`] as const;

/** Shapes of a chain's weights, in the order of a model's: kernel and bias, layer by layer. */
export function weightShapes({ hidden, last }: Chain): number[][] {
  const dense = [...hidden.flatMap((layer) => (layer.kind === 'dense' ? [layer] : [])), last];
  return dense.flatMap(({ inputs, units }) => [[inputs, units], [units]]);
}

/** How many dropouts a chain has. */
export function dropoutsOf({ hidden }: Chain): number {
  return hidden.filter((layer) => layer.kind === 'dropout').length;
}

/**
 * A graph with these signatures, all numbers float32 where not said otherwise; n is any number of rows:
 * - `write` sets all `stateNames`, `read` gives them, `weights` the weights alone;
 * - `one` and `many` train 1 and `steps` steps on `x` [n, inputs] and `y` [n, 1] or [n, classes], taking the rows
 *   `rows` int32 [steps, batch]; `seeds` int32 [steps * dropouts, 2]; `powers` [steps, 2]: Adam's decay rates to the
 *   power of the step's number; `rates` [steps]: the learning rates; `scale`: 1 / batch; where the graph `decays`, `decays`
 *   [steps]: what fraction of each weight is taken off; where it is `weighted`, `rowWeights` [n, 1]. They give `totals`
 *   [2], over all rows of the call: the loss in nats, and the number of right predictions;
 * - `predict` takes `x` and gives the probabilities `p`.
 */
export function denseGraph(chain: Chain, options: DenseGraphOptions): Graph {
  const graph = new Graph();
  const ops = operations(graph);
  const trained = addState(graph, { ops, shapes: weightShapes(chain) });
  const feeds: Feeds = {
    x: graph.placeholder('x', [anySize, anySize]),
    y: graph.placeholder('y', [anySize, anySize]),
    rows: graph.placeholder('rows', [anySize, anySize], 'int32'),
    seeds: graph.placeholder('seeds', [anySize, 2], 'int32'),
    powers: graph.placeholder('powers', [anySize, 2]),
    rates: graph.placeholder('rates', [anySize]),
    scale: graph.placeholder('scale', []),
    ...(options.decays && { decays: graph.placeholder('decays', [anySize]) }),
    ...(options.weighted && { rowWeights: graph.placeholder('rowWeights', [anySize, 1]) }),
  };
  for (const [name, count] of [['one', 1] as const, ['many', options.steps] as const]) {
    graph.signatures[name] = {
      inputs: { ...feeds },
      outputs: { totals: trainingSteps(ops, { chain, trained, feeds, count, optimizer: options.optimizer }) },
    };
  }
  const weights = trained.map(({ weight }) => ops.read(weight));
  graph.signatures.weights = {
    inputs: {},
    outputs: Object.fromEntries(weights.map((weight, i) => [stateNames(i)[0], weight])),
  };
  graph.signatures.predict = {
    inputs: { x: feeds.x },
    outputs: { p: forward(ops, { chain, x: feeds.x, weights }).p },
  };
  return graph;
}

type Feeds = Record<'x' | 'y' | 'rows' | 'seeds' | 'powers' | 'rates' | 'scale', Output> &
  Partial<Record<'decays' | 'rowWeights', Output>>;

function addState(graph: Graph, { ops, shapes }: { ops: Operations; shapes: number[][] }): Trained[] {
  const write: Record<string, Output> = {};
  const read: Record<string, Output> = {};
  const assigned: Output[] = [];
  const trained = shapes.map((shape, i) => {
    const handles = stateNames(i).map((name) => {
      const handle = ops.variable(name, shape);
      write[name] = graph.placeholder(`new_${name}`, shape);
      assigned.push(ops.assign(handle, write[name]));
      read[name] = ops.read(handle);
      return handle;
    });
    return { weight: handles[0]!, first: handles[1]!, second: handles[2]! };
  });
  graph.signatures.write = { inputs: write, outputs: { done: ops.identity(graph.constant(1), assigned) } };
  graph.signatures.read = { inputs: {}, outputs: read };
  return trained;
}

function trainingSteps(
  ops: Operations,
  {
    chain,
    trained,
    feeds,
    count,
    optimizer,
  }: { chain: Chain; trained: Trained[]; feeds: Feeds; count: number; optimizer: Optimizer },
): Output {
  const dropouts = dropoutsOf(chain);
  const at = (x: Output, index: number) => ops.gather(x, ops.constant(index, 'int32'));
  const totals: Output[] = [];
  let updates: Output[] | undefined;
  for (let step = 0; step < count; step++) {
    // A weight is read once its own update of the step before is done: this alone puts the steps in order.
    const weights = trained.map(({ weight }, i) => ops.read(weight, updates && [updates[i]!]));
    const rows = at(feeds.rows, step);
    const [x, y] = [ops.gather(feeds.x, rows), ops.gather(feeds.y, rows)];
    const seeds = Array.from({ length: dropouts }, (_, d) => at(feeds.seeds, step * dropouts + d));
    const { p, logits, backward } = forward(ops, { chain, x, weights, seeds });
    const rowWeights = feeds.rowWeights && ops.gather(feeds.rowWeights, rows);
    const loss = crossEntropy(ops, {
      logits,
      p,
      y,
      rowWeights,
      scale: feeds.scale,
      ending: chain.last.ending,
    });
    const gradients = backward(loss.gradient);
    const [rate, powers] = [at(feeds.rates, step), at(feeds.powers, step)];
    updates = trained.map((each, i) => {
      const gradient = gradients[i]!;
      // As in Keras: of the weight that the gradient was computed with, and before the step.
      const smaller = feeds.decays && [
        ops.assignSubtract(each.weight, ops.multiply(weights[i]!, at(feeds.decays, step))),
      ];
      return optimizerStep(ops, {
        ...each,
        gradient,
        rate,
        powers: [at(powers, 0), at(powers, 1)],
        optimizer,
        after: smaller,
      });
    });
    totals.push(loss.totals);
  }
  return ops.identity(ops.addAll(totals), updates);
}

interface Step extends Trained {
  gradient: Output;
  rate: Output;
  /** Adam's decay rates to the power of the step's number. */
  powers: [Output, Output];
  optimizer: Optimizer;
  after?: Output[];
}

function optimizerStep(
  ops: Operations,
  { weight, first, second, gradient, rate, powers, optimizer, after }: Step,
): Output {
  switch (optimizer.kind) {
    case 'adam': {
      const settings = [adam.beta1, adam.beta2, adam.epsilon].map((value) => ops.constant(value));
      return ops.applyAdam([weight, first, second, ...powers, rate, ...settings, gradient], after);
    }
    case 'sgd':
      return ops.applyMomentum([weight, first, rate, gradient, ops.constant(optimizer.momentum)], after);
    case 'rmsprop': {
      const settings = [rmsprop.rho, 0, rmsprop.epsilon].map((value) => ops.constant(value));
      return ops.applyRmsprop([weight, first, second, rate, ...settings, gradient], after);
    }
  }
}

/** Trains dense heads by a TensorFlow graph: the mathematics of `layersTrainer`, several steps a call. */
import type { LayersModel, Tensor, Variable } from '@tensorflow/tfjs-node';
import {
  type DenseGraphOptions,
  denseGraph,
  dropoutsOf,
  stateNames,
  weightShapes,
} from '../../networks/graph/dense-graph';
import type { Chain } from '../../networks/graph/dense-layers';
import { adam } from '../../networks/graph/optimizer';
import { type LoadedGraph, loadGraph } from '../../networks/graph/saved-model';
import { seededRandom } from '../../random';
import { backend, tf } from '../../tensorflow';
import { chainOf } from './chain-of';
import type { Trainer, TrainerState, TrainingRows } from './trainer';

/** Batches a call: more gain nothing (on the tutorial's head 2, 5 and 25 take 0.33, 0.31, 0.31 s an epoch), and take longer to load. */
const stepsPerCall = 5;

/**
 * A trainer for a Sequential model of `Flatten`, `Dense` and `Dropout` layers on the native TensorFlow; undefined for
 * all others. The weights live in TensorFlow's session while it trains: the model has them after `finish`.
 */
export async function graphTrainer(
  model: LayersModel,
  { x, y, rowWeights, batchSize, optimizer, rateAt, weightDecay, seed }: TrainingRows,
): Promise<Trainer | undefined> {
  const chain = backend === 'tensorflow' ? chainOf(model) : undefined;
  if (!chain || x.dtype !== 'float32' || y.shape[1] !== chain.last.units) return undefined;
  const shapes = weightShapes(chain);
  const dropouts = dropoutsOf(chain);
  const options = {
    ...{ steps: stepsPerCall, optimizer },
    ...{ decays: weightDecay > 0, weighted: rowWeights !== undefined },
  };
  const graph = await borrowGraph(chain, options);
  const variables = model.trainableWeights.map((weight) => weight.read() as Variable);
  const rows = x.shape[0]!;
  const flat = tf.reshape(x, [rows, -1]);
  let iterations = 0;
  /** What the model's weights were when they were last written. A weight that is set gets another id. */
  let finished: object[] = [];
  write(graph, shapes, { weights: variables });

  return {
    step(order, { epoch, step, single = false }) {
      const full = Math.floor(rows / batchSize);
      const steps = !single && step + stepsPerCall <= full ? stepsPerCall : 1;
      const taken = order.subarray(step * batchSize, (step + steps) * batchSize);
      const numbers = Array.from({ length: steps }, (_, i) => iterations + i + 1);
      const rates = numbers.map((n) => rateAt(n - 1));
      const seeds = numbers.flatMap((_, i) => dropoutSeeds(seededRandom(seed, epoch, step + i), dropouts));
      const [loss, correct] = tf.tidy(() => {
        const { totals } = graph.run(steps === 1 ? 'one' : 'many', {
          x: flat,
          y,
          rows: tf.tensor2d(taken, [steps, taken.length / steps], 'int32'),
          seeds: tf.tensor2d(Int32Array.from(seeds), [steps * dropouts, 2], 'int32'),
          powers: tf.tensor2d(
            numbers.flatMap((n) => [adam.beta1 ** n, adam.beta2 ** n]),
            [steps, 2],
          ),
          rates: tf.tensor1d(rates),
          ...(options.decays && { decays: tf.tensor1d(rates.map((rate) => rate * weightDecay)) }),
          ...(rowWeights && { rowWeights }),
          scale: tf.scalar(steps / taken.length),
        });
        return totals!.dataSync();
      });
      iterations += steps;
      return { steps, loss: loss!, correct: correct! };
    },
    predict: (features) =>
      tf.tidy(() => graph.run('predict', { x: tf.reshape(features, [features.shape[0]!, -1]) }).p!),
    async state(): Promise<TrainerState> {
      const all = read(graph, shapes);
      const values = all.map((tensors) => tensors.map((tensor) => tensor.dataSync() as Float32Array));
      tf.dispose(all);
      const [weights, first, second] = values as [Float32Array[], Float32Array[], Float32Array[]];
      const count = Float32Array.of(iterations);
      return { weights, moments: iterations === 0 ? [count] : [count, ...first, ...second] };
    },
    weights() {
      const named = graph.run('weights', {});
      const values = shapes.map((_, i) => named[stateNames(i)[0]]!.dataSync() as Float32Array);
      tf.dispose(named);
      return values;
    },
    async restore({ weights, moments }) {
      iterations = moments[0]?.[0] ?? 0;
      tf.tidy(() => {
        const tensors = (values: readonly Float32Array[]) => values.map((v, i) => tf.tensor(v, shapes[i]!));
        const [first, second] = [moments.slice(1, 1 + shapes.length), moments.slice(1 + shapes.length)];
        write(graph, shapes, {
          weights: tensors(weights),
          ...(first.length > 0 && { first: tensors(first), second: tensors(second) }),
        });
      });
    },
    finish() {
      const all = read(graph, shapes);
      for (const [i, variable] of variables.entries()) variable.assign(all[0]![i]!);
      tf.dispose(all);
      finished = variables.map(({ dataId }) => dataId);
    },
    adopt() {
      if (finished.length === 0 || variables.every(({ dataId }, i) => dataId === finished[i])) return;
      const [weights, first, second] = read(graph, shapes) as [Tensor[], Tensor[], Tensor[]];
      write(graph, shapes, { weights: variables, first, second });
      tf.dispose([weights, first, second]);
    },
    // Regularized heads have another trainer.
    penalty: () => 0,
    dispose() {
      flat.dispose();
      giveBackGraph(chain, options, graph);
    },
  };
}

/**
 * The graph of the run before, if no run has it: loading it and its first calls take 0.15 s on the tutorial's head, and
 * a notebook's next run mostly has the same layers. It holds three times the weights' memory.
 */
let idle: { key: string; graph: LoadedGraph } | undefined;

async function borrowGraph(chain: Chain, options: DenseGraphOptions): Promise<LoadedGraph> {
  const kept = idle;
  idle = undefined;
  if (kept?.key === JSON.stringify([chain, options])) return kept.graph;
  kept?.graph.dispose();
  return loadGraph(denseGraph(chain, options));
}

function giveBackGraph(chain: Chain, options: DenseGraphOptions, graph: LoadedGraph): void {
  idle?.graph.dispose();
  idle = { key: JSON.stringify([chain, options]), graph };
}

/** Two integers for each dropout of a step. */
function dropoutSeeds(random: () => number, dropouts: number): number[] {
  return Array.from({ length: 2 * dropouts }, () => Math.floor(random() * 2 ** 31));
}

/** Puts weights and Adam's moments, by default zeros, into the session. */
function write(
  graph: LoadedGraph,
  shapes: readonly number[][],
  state: { weights: readonly Tensor[]; first?: readonly Tensor[]; second?: readonly Tensor[] },
): void {
  tf.tidy(() => {
    const zeros = shapes.map((shape) => tf.zeros(shape));
    const { weights, first = zeros, second = zeros } = state;
    const named = shapes.flatMap((_, i) => {
      const values = [weights[i]!, first[i]!, second[i]!];
      return stateNames(i).map((name, kind) => [name, values[kind]!] as const);
    });
    graph.run('write', Object.fromEntries(named));
  });
}

/** Weights, first and second moments; the caller disposes them. */
function read(graph: LoadedGraph, shapes: readonly number[][]): Tensor[][] {
  const named = graph.run('read', {});
  return [0, 1, 2].map((kind) => shapes.map((_, i) => named[stateNames(i)[kind]!]!));
}

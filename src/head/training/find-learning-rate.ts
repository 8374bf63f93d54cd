/** Tries all learning rates in one short run, and suggests one. */
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import { checkInteger, checkKeys, checkNumber, problem } from '../../check';
import { breathe, InterruptedError, interruptible } from '../../notebook/interrupt';
import { showChart } from '../../plots/chart';
import { type LearningRateCurve, plotLearningRate } from '../../plots/plot-learning-rate';
import { permutation, seededRandom } from '../../random';
import { tensorflowReady } from '../../tensorflow';
import type { Labels } from '../labels';
import { chooseTrainer, newHead } from './choose-trainer';
import { trainSettings } from './train-settings';
import type { Trainer } from './trainer';
import { trainingData } from './training-data';

/** The test ends where the loss is so many times the smallest one: what comes then is only worse. */
const diverged = 4;

/** The weight of what came before in the smoothed loss. */
const smoothing = 0.9;

/** The options of `findLearningRate`. */
export interface FindLearningRateOptions {
  /** The head; it keeps its weights. @default a new `buildHead` for the classes of the photos */
  model?: LayersModel;
  /** The smallest rate. @default 1e-6 */
  from?: number;
  /** The largest rate. @default 1 */
  to?: number;
  /** Batches in all. @default 100 */
  steps?: number;
  /** Rows per step. @default 16 */
  batchSize?: number;
  /** As in `trainHead`. @default 'adam' */
  optimizer?: 'adam' | 'sgd' | 'rmsprop';
  /** Draws the order of the rows, dropout and, without `model`, the initial weights. @default 1 */
  seed?: number;
  /** 0 shows nothing, 1 the curve. @default 1 */
  verbose?: number;
}

/**
 * Finds a learning rate by the range test of Leslie Smith (arXiv 1506.01186): the rate grows from batch to batch, and the one
 * at which the smoothed loss falls most steeply is suggested. The head has its weights from before afterwards.
 *
 * @param trainData bottleneck features, float32 `[n, ...]`.
 * @param trainLabels one integer per row.
 * @param options `model`, `from` (1e-6), `to` (1), `steps` (100), `batchSize` (16), `optimizer` ('adam'), `seed` (1),
 *   `verbose` (1).
 * @returns `learningRates`, the smoothed `losses` at each (mean cross-entropy in nats), and the `suggestion`.
 * @throws LittleDataError where rows, labels and head do not fit each other; `InterruptedError`.
 * @example
 * ```ts
 * import { findLearningRate, labelsOf, np } from 'little-data';
 * const features = await np.load('features.npy');
 * const { suggestion } = await findLearningRate(features, labelsOf(features), { steps: 20 });
 * console.log(suggestion);
 * ```
 */
export async function findLearningRate(
  trainData: Tensor,
  trainLabels: Labels,
  options: FindLearningRateOptions = {},
): Promise<LearningRateCurve> {
  const known = ['model', 'from', 'to', 'steps', 'batchSize', 'optimizer', 'seed', 'verbose'];
  checkKeys('findLearningRate', options, known);
  const { from = 1e-6, to = 1, steps = 100, seed = 1, verbose = 1, ...rest } = options;
  checkNumber('from', from, { min: Number.MIN_VALUE });
  checkNumber('to', to);
  checkInteger('steps', steps, { min: 10 });
  if (from >= to)
    throw problem({
      where: 'findLearningRate',
      expected: '`from` below `to`',
      found: `${from} and ${to}`,
      next: 'Change one of them.',
    });
  const settings = trainSettings({ ...rest, seed });
  await tensorflowReady();
  const data = trainingData(trainData, trainLabels, { model: options.model, seed });
  const model = options.model ?? newHead(data, seed);
  const rateAt = (step: number) => from * (to / from) ** (step / (steps - 1));
  let trainer: Trainer | undefined;
  try {
    trainer = await chooseTrainer(model, { x: data.features, ...data, ...settings, rateAt });
    const initial = await trainer.state();
    const losses = await lossesOf(trainer, { rows: data.labels.length, ...settings, steps });
    await trainer.restore(initial);
    await trainer.finish();
    const learningRates = losses.map((_, step) => rateAt(step));
    const curve = { learningRates, losses, suggestion: learningRates[steepest(losses)]! };
    if (verbose) await showChart(plotLearningRate(curve));
    return curve;
  } finally {
    trainer?.dispose();
    data.dispose();
    if (!options.model) model.dispose();
  }
}

/** The smoothed loss of each batch, until it has diverged. */
async function lossesOf(
  trainer: Trainer,
  { rows, batchSize, seed, steps }: { rows: number; batchSize: number; seed: number; steps: number },
): Promise<number[]> {
  const perEpoch = Math.ceil(rows / batchSize);
  const losses: number[] = [];
  let mean = 0;
  await interruptible(async (interrupted) => {
    for (let done = 0; done < steps; done++) {
      const [epoch, step] = [Math.floor(done / perEpoch), done % perEpoch];
      const order = permutation(rows, seededRandom(seed, epoch));
      const size = Math.min(batchSize, rows - step * batchSize);
      const loss = trainer.step(order, { epoch, step, single: true }).loss / size;
      mean = smoothing * mean + (1 - smoothing) * loss;
      // Without this the first ones were pulled towards 0.
      const smoothed = mean / (1 - smoothing ** (done + 1));
      if (!Number.isFinite(smoothed) || smoothed > diverged * Math.min(...losses)) return;
      losses.push(smoothed);
      await breathe();
      if (interrupted())
        throw new InterruptedError('The learning rate test was interrupted. Run the cell again.');
    }
  });
  return losses;
}

/** Where the loss falls most steeply, over the logarithm of the rate. */
function steepest(losses: readonly number[]): number {
  let best = 0;
  const fall = (i: number) => losses[i]! - (losses[i + 1] ?? Number.POSITIVE_INFINITY);
  for (let i = 1; i < losses.length - 1; i++) if (fall(i) > fall(best)) best = i;
  return best;
}

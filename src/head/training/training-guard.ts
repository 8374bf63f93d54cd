/** Stops a training run that can't come to anything, and keeps the last weights that were good. */
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import { LittleDataError, problem } from '../../check';
import { areNumbers } from '../../networks/layer-weights';
import { tf } from '../../tensorflow';
import { entropyOf } from '../baseline';
import type { EpochLogs, History } from '../history';
import type { Trainer } from './trainer';

/** Epochs in a row with one probability for all rows before a run is given up: Adam's momentum may still turn it. */
const patience = 3;

/** The same where that probability is 0 or 1: the head may tell rows apart that are all beyond what float32 shows. */
const patienceAtEnds = 10;

/** Rows whose predictions are compared, spread over all. */
const sampleSize = 32;

/** Answers closer than this are the same: float32 probabilities of an intact head differ by far more. */
const samePrediction = 1e-6;

/**
 * A run that was stopped because it could not come to anything: `trainHead` throws it. `model` holds the last good weights.
 */
export class TrainingStopped extends LittleDataError {
  /** `'TrainingStopped'`. */
  override name = 'TrainingStopped';
  /** The numbers of the epochs that were completed. */
  readonly history: History;
  /** The head with the last good weights: those from the end of an earlier epoch, or those from before the run. */
  readonly model: LayersModel;

  /** @internal */
  constructor(message: string, { history, model }: { history: History; model: LayersModel }) {
    super(message);
    this.history = history;
    this.model = model;
  }
}

/** Watches one run. */
export interface Guard {
  /** After each step: stops where the loss is no number. */
  step(loss: number, at: { epoch: number }): Promise<void>;
  /** After each epoch: stops where the loss is no number, or the head gives every row the same prediction and stays so. */
  epoch(logs: EpochLogs, at: { epoch: number }): Promise<void>;
}

interface Watched {
  trainer: Trainer;
  model: LayersModel;
  history: History;
  /** Features `[n, ...]`, and their labels. */
  data: { features: Tensor; labels: Int32Array; rowWeights?: Tensor };
  epochs: number;
  /** The learning rate of an epoch. */
  rateNow: (epoch: number) => number;
  start: Kept;
}

/** Weights that were good, and from when they are, in words. */
interface Kept {
  weights: Float32Array[];
  when: string;
}

/** Begins to watch a run. */
export function trainingGuard(watched: Watched): Guard {
  const { trainer } = watched;
  const { labels, rowWeights } = watched.data;
  const useless = 0.98 * entropyOf(labels, rowWeights?.dataSync());
  let good = watched.start;
  let stuck = 0;
  const notANumber = (loss: number, name: string, epoch: number) =>
    stop(watched, good, {
      epoch,
      expected: `a ${name} that is a number`,
      found: String(loss),
      next: `${slower(watched, epoch)} If it happens again, look at the size of the features (\`features.max().print()\`).`,
    });
  return {
    async step(loss, { epoch }) {
      if (!Number.isFinite(loss)) throw await notANumber(loss, 'loss', epoch);
    },
    async epoch(logs, { epoch }) {
      const { loss, val_loss: held = 0 } = logs;
      if (!Number.isFinite(loss)) throw await notANumber(loss, 'loss', epoch);
      if (!Number.isFinite(held)) throw await notANumber(held, 'validation loss', epoch);
      const weights = trainer.weights();
      // Units may turn NaN into 0, which hides it from the loss.
      if (!weights.every(areNumbers)) throw await notANumber(Number.NaN, 'weight', epoch);
      // A loss below the entropy is proof that the head tells rows apart: the usual case, and it costs nothing.
      const prediction = loss >= useless ? commonPrediction(watched) : undefined;
      stuck = prediction === undefined ? 0 : stuck + 1;
      if (stuck === 0) good = { weights, when: `from the end of epoch ${epoch + 1}` };
      const atEnd = prediction !== undefined && Math.min(prediction, 1 - prediction) < samePrediction;
      if (stuck < (atEnd ? patienceAtEnds : patience)) return;
      throw await stop(watched, good, {
        epoch,
        expected: 'a head that tells the photos apart',
        found: `the same prediction for all of them in ${stuck} epochs, with a loss of ${loss.toFixed(4)}`,
        next: `${slower(watched, epoch)} Or take another \`seed\`: a head whose units have all gone silent does not recover.`,
      });
    },
  };
}

function slower({ rateNow }: Watched, epoch: number): string {
  const learningRate = rateNow(epoch);
  return `The learning rate of ${learningRate} may be too large: pass a smaller \`learningRate\`, such as ${Math.min(0.001, learningRate / 10)}.`;
}

async function stop(
  { trainer, model, history, epochs }: Watched,
  good: Kept,
  { epoch, ...found }: { epoch: number; expected: string; found: string; next: string },
): Promise<TrainingStopped> {
  // The run is over: it needs no moments any more.
  await trainer.restore({ weights: good.weights, moments: [] });
  await trainer.finish();
  const where = `training, epoch ${epoch + 1} of ${epochs}`;
  const { message } = problem({
    where,
    ...found,
    next: `The head keeps its weights ${good.when}. ${found.next}`,
  });
  return new TrainingStopped(message, { history, model });
}

/** The probability (of the last class) that the head gives rows of all kinds alike; `undefined` where they differ. */
function commonPrediction({ trainer, data: { features, labels } }: Watched): number | undefined {
  const rows = sampleRows(labels);
  const sample = tf.tidy(() => tf.gather(features, tf.tensor1d(rows, 'int32')));
  const predictions = trainer.predict(sample);
  const spread = tf.tidy(() => predictions.max(0).sub(predictions.min(0)).max().dataSync()[0]!);
  const columns = predictions.shape[1]!;
  const prediction = predictions.dataSync()[columns - 1];
  tf.dispose([sample, predictions]);
  return spread <= samePrediction ? prediction : undefined;
}

/** Rows spread evenly over all; labels are sorted by class in most runs, so that all classes are among them. */
function sampleRows(labels: Int32Array): Int32Array {
  const n = Math.min(sampleSize, labels.length);
  return Int32Array.from({ length: n }, (_, i) => Math.floor((i * labels.length) / n));
}

/** `trainHead`: trains a head on bottleneck features, shows how it goes, can be interrupted and gone on with. */
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import { checkInteger, checkKeys, checkNumber, problem } from '../../check';
import { provenanceOf, setProvenance } from '../../features/provenance';
import { breathe, InterruptedError, interruptible } from '../../notebook/interrupt';
import { trainingView } from '../../plots/training-view';
import { permutation, seededRandom } from '../../random';
import { tensorflowReady } from '../../tensorflow';
import { baselineWords } from '../baseline';
import { checkTensor } from '../check-rows';
import { evaluatePredictions } from '../evaluate-head';
import { type EpochLogs, emptyHistory, epochLine, type History, record } from '../history';
import type { Labels } from '../labels';
import { graphTrainer } from './graph-trainer';
import { layersTrainer } from './layers-trainer';
import { anyPaused, type PausedRun, pauseRun, runKey, takePaused } from './paused-run';
import type { Trainer, TrainingRows } from './trainer';
import { headFor, prepareData, type TrainingData } from './training-data';
import { TrainingStopped, trainingGuard } from './training-guard';
import { holdBack } from './validation-split';

/** Called after each epoch; it may set `model.stopTraining = true`. */
export interface TrainCallback {
  /** `epoch` counts from 0; `logs` has that epoch's `loss`, `acc` and, with validation data, `val_loss`, `val_acc`. */
  onEpochEnd?: (epoch: number, logs: EpochLogs) => void | Promise<void>;
}

/** See `trainHead`. */
export interface TrainOptions {
  validationData?: readonly [Tensor, Labels];
  validationSplit?: number;
  model?: LayersModel;
  epochs?: number;
  batchSize?: number;
  learningRate?: number;
  seed?: number;
  verbose?: number;
  callbacks?: readonly TrainCallback[];
}

/** What a run gives. */
export interface TrainedHead {
  /** The head that was passed in, or the new one; the caller disposes it. */
  model: LayersModel;
  /** The numbers of each epoch. */
  history: History;
  /** The seed of the run: pass it again to repeat the run. */
  seed: number;
  /** With `validationSplit`: the rows that were held back, ascending. */
  validationRows?: Int32Array;
}

/**
 * Trains a head as the tutorial does: Adam (Keras' settings), cross-entropy, rows shuffled in each epoch.
 * The same data, settings and seed give the same history on the same machine.
 *
 * After Kernel > Interrupt it stops within a batch and keeps where it stood: the same call goes on from there. The
 * model that was passed in is then as it was before the call.
 *
 * @param trainData bottleneck features, float32 `[n, 4, 4, 512]` (the head's input shape).
 * @param trainLabels one integer a row, 0 up to the number of classes less one.
 * @param options `validationData`: `[features, labels]`, looked at after each epoch; or `validationSplit`: the share of
 *   the rows (0..1) to hold back for that, drawn by `seed` from every class, copies of a photo on one side; `model`: the
 *   head to train in place, default `buildHead` for as many classes as the photos have; `epochs`: default 50; `batchSize`: default 16;
 *   `learningRate`: default 0.001; `seed`: order of the rows, dropout and, without `model`, initial weights, default
 *   drawn at random and returned; `verbose`: 0 shows nothing, default 1; `callbacks`: objects with `onEpochEnd(epoch, logs)`.
 * @returns the trained `model`, its `history`, the `seed` of the run and, with `validationSplit`, the rows held back.
 * @throws where rows, labels, classes and head don't fit each other; `InterruptedError`; and `TrainingStopped` where the
 *   loss is no number or the head gives every photo the same answer (it has `history`, and `model` with the last good weights).
 */
export async function trainHead(
  trainData: Tensor,
  trainLabels: Labels,
  options: TrainOptions = {},
): Promise<TrainedHead> {
  checkKeys('trainHead', options, [
    'validationData',
    'validationSplit',
    'model',
    'epochs',
    'batchSize',
    'learningRate',
    'seed',
    'verbose',
    'callbacks',
  ]);
  await tensorflowReady();
  checkTensor(trainData, 'train');
  const settings = {
    epochs: checkInteger('epochs', options.epochs ?? 50, { min: 1 }),
    batchSize: checkInteger('batchSize', options.batchSize ?? 16, { min: 1 }),
    learningRate: checkNumber('learningRate', options.learningRate ?? 0.001, { min: 0 }),
    seed: checkInteger('seed', options.seed ?? Math.floor(Math.random() * 2 ** 31)),
  };
  if (options.validationSplit !== undefined)
    return trainOnPart(trainData, trainLabels, { ...options, seed: settings.seed });
  const validation = options.validationData;
  const model = options.model ?? headFor(trainData, trainLabels, { validation, seed: settings.seed });
  const data = orFree(options.model ? [] : [model], () =>
    prepareData(model, trainData, trainLabels, validation),
  );
  // Without a loss the model knows neither `stopTraining` nor `evaluate`.
  if (!model.optimizer)
    model.compile({
      optimizer: 'adam',
      loss: data.y.shape[1] === 1 ? 'binaryCrossentropy' : 'categoricalCrossentropy',
      metrics: ['accuracy'],
    });
  const trainer = await trainerFor(model, { x: trainData, y: data.y, ...settings });
  try {
    const history = await interruptible((interrupted) =>
      run({ model, trainer, data, settings, options, interrupted }),
    );
    noteOrigin(model, trainData);
    return { model, history, seed: settings.seed };
  } catch (error) {
    if (error instanceof TrainingStopped) noteOrigin(model, trainData);
    else if (!options.model) model.dispose();
    throw error;
  } finally {
    trainer.dispose();
    data.y.dispose();
  }
}

/** The fastest way to train a model: all give the same within rounding. */
async function trainerFor(model: LayersModel, rows: TrainingRows): Promise<Trainer> {
  return (await graphTrainer(model, rows)) ?? layersTrainer(model, rows);
}

interface Run {
  model: LayersModel;
  trainer: Trainer;
  data: TrainingData;
  settings: { epochs: number; batchSize: number; learningRate: number; seed: number };
  options: TrainOptions;
  interrupted: () => boolean;
}

async function run({ model, trainer, data, settings, options, interrupted }: Run): Promise<History> {
  const { epochs, batchSize, seed } = settings;
  const { verbose = 1, callbacks = [] } = options;
  const rows = data.labels.length;
  const steps = Math.ceil(rows / batchSize);
  const initial = await trainer.state();
  const key = () => runKey([settings, ...data.digested(), ...initial.weights]);
  const paused = anyPaused() ? takePaused(key()) : undefined;
  if (paused) await trainer.restore(paused.state);
  const history =
    paused?.history ??
    emptyHistory({ params: { ...settings, samples: rows }, validation: !!data.validation });
  const view = trainingView({ epochs, verbose });
  const start = paused
    ? { weights: paused.state.weights, when: 'from where the run was interrupted' }
    : { weights: initial.weights, when: 'from before the run' };
  const guard = trainingGuard({ trainer, model, history, data, settings, start });
  if (verbose) console.log(opening({ rows, data, paused }));
  model.stopTraining = false;
  for (let epoch = history.epoch.length; epoch < epochs && !model.stopTraining; epoch++) {
    const began = performance.now();
    const order = permutation(rows, seededRandom(seed, epoch));
    const at = paused?.epoch === epoch ? { ...paused } : { step: 0, loss: 0, correct: 0 };
    while (at.step < steps) {
      const done = trainer.step(order, { epoch, step: at.step });
      at.step += done.steps;
      at.loss += done.loss;
      at.correct += done.correct;
      await guard.step(done.loss, { epoch });
      await breathe();
      if (interrupted()) {
        pauseRun(key(), { ...at, epoch, history, state: await trainer.state() });
        await trainer.restore(initial);
        await trainer.finish();
        throw stopped({ epoch, epochs, seed, given: options.seed !== undefined });
      }
    }
    const logs = { loss: at.loss / rows, acc: at.correct / rows, ...validate(trainer, data) };
    record(history, logs);
    await view.epoch(
      epochLine(logs, { epoch: epoch + 1, epochs, seconds: (performance.now() - began) / 1000 }),
      history,
    );
    await guard.epoch(logs, { epoch });
    if (callbacks.length > 0) await trainer.finish();
    for (const callback of callbacks) await callback.onEpochEnd?.(epoch, logs);
  }
  await trainer.finish();
  await view.end(history);
  return history;
}

/** `validationSplit`: parts the rows, then trains on one part and looks at the other. */
async function trainOnPart(
  features: Tensor,
  labels: Labels,
  { validationSplit: share, ...options }: TrainOptions & { seed: number },
): Promise<TrainedHead> {
  if (options.validationData) {
    throw problem({
      where: 'trainHead',
      expected: '`validationData` or `validationSplit`',
      found: 'both',
      next: 'Leave one of them out.',
    });
  }
  const { seed, verbose = 1 } = options;
  const { train, validation, rows } = holdBack(features, labels, { share: share as number, seed, verbose });
  try {
    const trained = await trainHead(...train, { ...options, validationData: validation });
    return { ...trained, validationRows: rows.validation };
  } finally {
    train[0].dispose();
    validation[0].dispose();
  }
}

/** What `make` gives; where it throws, what was made for it is freed. */
function orFree<T>(made: readonly LayersModel[], make: () => T): T {
  try {
    return make();
  } catch (error) {
    for (const model of made) model.dispose();
    throw error;
  }
}

/** The head knows its classes and how its photos were prepared. */
function noteOrigin(model: LayersModel, features: Tensor): void {
  const provenance = provenanceOf(features);
  if (provenance) setProvenance(model, provenance);
}

function stopped(at: { epoch: number; epochs: number; seed: number; given: boolean }): InterruptedError {
  // A run is found again by its seed: one that was drawn is drawn anew.
  const again = at.given ? 'Run the cell again' : `Run the cell again with \`seed: ${at.seed}\``;
  return new InterruptedError(
    `Interrupted in epoch ${at.epoch + 1} of ${at.epochs}; what was learned is kept. ${again} to go on from there.`,
  );
}

function validate(trainer: Trainer, { validation }: TrainingData): { val_loss?: number; val_acc?: number } {
  if (!validation) return {};
  const predictions = trainer.predict(validation.features);
  const { loss, acc } = evaluatePredictions(predictions, validation.labels);
  predictions.dispose();
  return { val_loss: loss, val_acc: acc };
}

function opening({
  rows,
  data,
  paused,
}: {
  rows: number;
  data: TrainingData;
  paused: PausedRun | undefined;
}): string {
  const labels = data.validation?.labels;
  const held = labels
    ? `, validate on ${labels.length} samples (${baselineWords(labels, data.classIndices)})`
    : '';
  const from = paused ? ` (going on in epoch ${paused.epoch + 1}, where it was interrupted)` : '';
  return `Train on ${rows} samples${held}${from}`;
}

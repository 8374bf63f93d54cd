/** `trainHead`: checks its arguments, chooses a trainer, runs the epochs. */
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import { checkModel, problem } from '../../check';
import { provenanceOf } from '../../features/provenance';
import { processState } from '../../state';
import { tensorflowReady } from '../../tensorflow';
import { setHeadMetadata } from '../head-metadata';
import { emptyHistory, type History } from '../history';
import type { Labels } from '../labels';
import { callbacksOf } from './callbacks';
import { chooseTrainer, newHead } from './choose-trainer';
import { learningRateOf } from './learning-rate';
import { recordedRun } from './recorded-run';
import type { TrainingRun } from './train-epochs';
import type { TrainOptions } from './train-options';
import { trainSettings } from './train-settings';
import { withSummary } from './trained-summary';
import type { Trainer } from './trainer';
import { trainingData } from './training-data';
import { TrainingStopped } from './training-guard';
import { TrainingInterrupted } from './training-interrupted';

/** What `trainHead` returns. */
export interface TrainedHead {
  /** The head that was passed in, or the new one. The caller disposes it. */
  model: LayersModel;
  /** The numbers of each epoch. */
  history: History;
  /** The seed of the run. The same seed repeats the run. */
  seed: number;
  /** The id of the run's record; undefined where it could not be written. */
  run?: string;
  /** With `validationSplit`: the rows that were held out, ascending. */
  validationRows?: Int32Array;
}

/**
 * Trains a head as the tutorial does: Adam with Keras' settings, cross-entropy, rows shuffled in each epoch.
 * The same data, settings and seed give the same history on the same machine.
 *
 * Kernel > Interrupt stops the run within a batch. The head keeps what it has learned, as in Keras, and the error has it
 * together with the `history` so far. The same call resumes the run. A head that was trained before is trained further;
 * the optimizer begins anew.
 *
 * @param trainData bottleneck features, float32 `[n, 4, 4, 512]` (the head's input shape).
 * @param trainLabels one integer per row, from 0 to the number of classes minus one.
 * @param options `validationData`, `validationSplit`, `model`, `epochs` (50), `batchSize` (16), `learningRate` (0.001),
 *   `name`, `signal`, `optimizer` ('adam'), `momentum` (0.9, with sgd), `weightDecay` (0), `earlyStopping`, `learningRateSchedule`
 *   ('constant'), `classWeights`, `seed`, `verbose` (1), `callbacks`.
 * @returns the trained `model`, its `history`, the `seed`, the id of the `run` and, with `validationSplit`, the
 *   `validationRows`.
 * @throws LittleDataError where rows, labels, classes and head do not fit each other; `TrainingInterrupted` (with `history` and `model`); and
 *   `TrainingStopped` (with `history`, and `model` with the last good weights) where the loss is not a number or the
 *   head gives the same prediction for every photo.
 * @example
 * ```ts
 * import { labelsOf, np, trainHead } from 'little-data';
 * const features = await np.load('features.npy');
 * const { model, history } = await trainHead(features, labelsOf(features), { epochs: 2, validationSplit: 0.25, seed: 1 });
 * console.log(history.history.val_acc);
 * model.dispose();
 * ```
 */
export async function trainHead(
  trainData: Tensor,
  trainLabels: Labels,
  options: TrainOptions = {},
): Promise<TrainedHead> {
  const settings = trainSettings(options);
  if (options.model) checkModel('model', options.model);
  await tensorflowReady();
  const { seed } = settings;
  const data = trainingData(trainData, trainLabels, { ...options, seed });
  const model = options.model ?? newHead(data, seed);
  let trainer: Trainer | undefined;
  try {
    const callbacks = callbacksOf(options.callbacks, model);
    checkRegularizers(model);
    compileForEvaluation(model);
    const run = newRun({ model, data, settings, callbacks, options });
    const { rate } = run;
    const rateAt = (step: number) => rate.at(step, run.history.history.val_loss ?? []);
    trainer = await chooseTrainer(model, { x: data.features, ...data, ...settings, rateAt });
    const { history, id } = await recordedRun(run, trainer);
    copyMetadata(model, data.features);
    return withSummary({
      ...{ model, history, seed },
      ...(id !== undefined && { run: id }),
      ...(data.validationRows && { validationRows: data.validationRows }),
    });
  } catch (error) {
    if (error instanceof TrainingStopped || error instanceof TrainingInterrupted)
      copyMetadata(model, data.features);
    else if (!options.model) model.dispose();
    throw error;
  } finally {
    trainer?.dispose();
    data.dispose();
  }
}

function newRun(run: Omit<TrainingRun, 'history' | 'rate'>): TrainingRun {
  const { data, settings } = run;
  const { epochs, batchSize, learningRate, seed } = settings;
  const samples = data.labels.length;
  const rate = learningRateOf(learningRate, settings.learningRateSchedule, {
    steps: epochs * Math.ceil(samples / batchSize),
  });
  const params = {
    ...{ epochs, batchSize, seed, samples },
    ...(typeof learningRate === 'number' && { learningRate }),
  };
  const history = emptyHistory({ params, validation: !!data.validation, rate: rate.changes });
  return { ...run, rate, history };
}

/** TensorFlow.js keeps this regularizer, and adds nothing to the loss. */
function checkRegularizers(model: LayersModel): void {
  const layer = model.layers.find((each) => (each as { activityRegularizer?: unknown }).activityRegularizer);
  if (!layer) return;
  throw problem({
    where: '`model`',
    expected: 'layers without an activity regularizer',
    found: `one in the layer "${layer.name}"`,
    next: 'Build the head with `kernelRegularizer` or `biasRegularizer` in its place.',
  });
}

/** Without a loss the model has neither `stopTraining` nor `evaluate`. */
function compileForEvaluation(model: LayersModel): void {
  const compiled = processState('compiled', () => new WeakSet<LayersModel>());
  if (compiled.has(model)) return;
  // What a person has compiled it with would have no effect.
  if (model.optimizer)
    throw problem({
      where: '`model`',
      expected: 'a head that is not compiled: trainHead has options for it',
      found: `one that is compiled with ${model.optimizer.getClassName()}`,
      next: 'Leave `compile` out, and pass `optimizer` and `learningRate` to trainHead.',
    });
  const loss = model.outputShape[1] === 1 ? 'binaryCrossentropy' : 'categoricalCrossentropy';
  model.compile({ optimizer: 'adam', loss, metrics: ['accuracy'] });
  compiled.add(model);
}

/** The head has the metadata of the newest features, or none: those of earlier ones would be wrong. */
function copyMetadata(model: LayersModel, features: Tensor): void {
  setHeadMetadata(model, provenanceOf(features) ?? {});
}

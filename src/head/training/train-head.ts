/** `trainHead`: checks its arguments, chooses a trainer, runs the epochs. */
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import { checkInteger, checkKeys, checkModel, checkNumber, problem } from '../../check';
import { provenanceOf } from '../../features/provenance';
import { interruptible } from '../../notebook/interrupt';
import { tensorflowReady } from '../../tensorflow';
import { buildHead } from '../build-head';
import { setHeadMetadata } from '../head-metadata';
import type { History } from '../history';
import type { Labels } from '../labels';
import { callbacksOf, type TrainCallback } from './callbacks';
import { graphTrainer } from './graph-trainer';
import { layersTrainer } from './layers-trainer';
import { trainEpochs } from './train-epochs';
import type { Trainer, TrainingRows } from './trainer';
import { type TrainingData, trainingData } from './training-data';
import { TrainingStopped } from './training-guard';

/** The options of `trainHead`. */
export interface TrainOptions {
  /** `[features, labels]` of the validation split: the head is evaluated on them after each epoch. @default none */
  validationData?: readonly [Tensor, Labels];
  /**
   * Fraction of the rows to hold out for validation, above 0 and below 1. `seed` draws it from every class. Copies of a
   * photo stay in one split. Not together with `validationData`.
   * @default none
   */
  validationSplit?: number;
  /** The head to train in place. @default a new `buildHead` for the classes of the photos */
  model?: LayersModel;
  /** How often the run goes through all rows. @default 50 */
  epochs?: number;
  /** Rows per step. @default 16 */
  batchSize?: number;
  /** Adam's learning rate. @default 0.001 */
  learningRate?: number;
  /**
   * Integer that draws the order of the rows, the dropout, `validationSplit` and, without `model`, the initial weights.
   * @default a random one, which the result holds
   */
  seed?: number;
  /** 0 shows nothing, 1 shows the curve and one line per epoch. @default 1 */
  verbose?: number;
  /** One object with hooks such as `onEpochEnd(epoch, logs)`, or several. @default none */
  callbacks?: TrainCallback | readonly TrainCallback[];
}

/** What `trainHead` returns. */
export interface TrainedHead {
  /** The head that was passed in, or the new one. The caller disposes it. */
  model: LayersModel;
  /** The numbers of each epoch. */
  history: History;
  /** The seed of the run. The same seed repeats the run. */
  seed: number;
  /** With `validationSplit`: the rows that were held out, ascending. */
  validationRows?: Int32Array;
}

/**
 * Trains a head as the tutorial does: Adam with Keras' settings, cross-entropy, rows shuffled in each epoch.
 * The same data, settings and seed give the same history on the same machine.
 *
 * Kernel > Interrupt stops the run within a batch. The run's progress is kept in memory, and a model that was passed in
 * gets back its weights from before the call. The same call resumes the run.
 *
 * @param trainData bottleneck features, float32 `[n, 4, 4, 512]` (the head's input shape).
 * @param trainLabels one integer per row, from 0 to the number of classes minus one.
 * @param options `validationData`, `validationSplit`, `model`, `epochs` (50), `batchSize` (16), `learningRate` (0.001),
 *   `seed`, `verbose` (1), `callbacks`.
 * @returns the trained `model`, its `history`, the `seed` and, with `validationSplit`, the `validationRows`.
 * @throws LittleDataError where rows, labels, classes and head do not fit each other; `InterruptedError`; and
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
  const settings = checkedSettings(options);
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
    trainer = await chooseTrainer(model, { x: data.features, y: data.y, ...settings });
    const run = { model, trainer, data, settings, callbacks, options };
    const history = await interruptible((interrupted) => trainEpochs(run, interrupted));
    copyMetadata(model, data.features);
    return { model, history, seed, ...(data.validationRows && { validationRows: data.validationRows }) };
  } catch (error) {
    if (error instanceof TrainingStopped) copyMetadata(model, data.features);
    else if (!options.model) model.dispose();
    throw error;
  } finally {
    trainer?.dispose();
    data.dispose();
  }
}

function checkedSettings(options: TrainOptions) {
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
  return {
    epochs: checkInteger('epochs', options.epochs ?? 50, { min: 1 }),
    batchSize: checkInteger('batchSize', options.batchSize ?? 16, { min: 1 }),
    learningRate: checkNumber('learningRate', options.learningRate ?? 0.001, { min: 0 }),
    seed: checkInteger('seed', options.seed ?? Math.floor(Math.random() * 2 ** 31)),
  };
}

function newHead({ features, classes }: TrainingData, seed: number): LayersModel {
  return buildHead({ inputShape: features.shape.slice(1), classes, seed });
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
  if (model.optimizer) return;
  const loss = model.outputShape[1] === 1 ? 'binaryCrossentropy' : 'categoricalCrossentropy';
  model.compile({ optimizer: 'adam', loss, metrics: ['accuracy'] });
}

/** The fastest trainer for a model. All trainers agree within rounding. */
async function chooseTrainer(model: LayersModel, rows: TrainingRows): Promise<Trainer> {
  return (await graphTrainer(model, rows)) ?? layersTrainer(model, rows);
}

/** The head has the metadata of the newest features, or none: those of earlier ones would be wrong. */
function copyMetadata(model: LayersModel, features: Tensor): void {
  setHeadMetadata(model, provenanceOf(features) ?? {});
}

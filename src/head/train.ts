/** `trainHead`: trains a head on bottleneck features, shows how it goes, can be interrupted and gone on with. */
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import { checkInteger, checkKeys, checkNumber, problem } from '../check';
import { provenanceOf, setProvenance } from '../features/provenance';
import { permutation, seededRandom } from '../random';
import { breathe, InterruptedError, interruptible } from '../show/interrupt';
import { trainingView } from '../show/training-view';
import { tensorflowReady, tf } from '../tensorflow';
import { buildHead } from './build';
import { classesOf, evaluatePredictions } from './evaluate';
import { graphTrainer } from './graph-trainer';
import { type EpochLogs, emptyHistory, epochLine, type History, record } from './history';
import { checkLabels, type Labels } from './labels';
import { anyPaused, type PausedRun, pauseRun, runKey, takePaused } from './paused';
import { layersTrainer } from './step';
import type { Trainer, TrainingRows } from './trainer';

/** Called after each epoch; it may set `model.stopTraining = true`. */
export interface TrainCallback {
  onEpochEnd?: (epoch: number, logs: EpochLogs) => void | Promise<void>;
}

/** See `trainHead`. */
export interface TrainOptions {
  validationData?: readonly [Tensor, Labels];
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
  model: LayersModel;
  history: History;
  /** The seed of the run: pass it again to repeat the run. */
  seed: number;
}

/**
 * Trains a head as the tutorial does: Adam (Keras' settings), cross-entropy, rows shuffled in each epoch.
 * The same data, settings and seed give the same history on the same machine.
 *
 * After Kernel > Interrupt it stops within a batch and keeps where it stood: the same call goes on from there. The
 * model that was passed in is then as it was before the call.
 *
 * @param trainData bottleneck features, float32 `[n, 4, 4, 512]`; @param trainLabels one integer a row.
 * @param options `validationData`: `[features, labels]`, looked at after each epoch; `model`: the head to train in
 *   place, default `buildHead` for as many classes as there are labels; `epochs`: default 50; `batchSize`: default 16;
 *   `learningRate`: default 0.001; `seed`: order of the rows, dropout and, without `model`, initial weights, default
 *   drawn at random and returned; `verbose`: 0 shows nothing, default 1; `callbacks`: objects with `onEpochEnd(epoch, logs)`.
 * @throws where rows and labels don't fit, and `InterruptedError`.
 */
export async function trainHead(
  trainData: Tensor,
  trainLabels: Labels,
  options: TrainOptions = {},
): Promise<TrainedHead> {
  checkKeys('trainHead', options, [
    'validationData',
    'model',
    'epochs',
    'batchSize',
    'learningRate',
    'seed',
    'verbose',
    'callbacks',
  ]);
  await tensorflowReady();
  const settings = {
    epochs: checkInteger('epochs', options.epochs ?? 50, { min: 1 }),
    batchSize: checkInteger('batchSize', options.batchSize ?? 16, { min: 1 }),
    learningRate: checkNumber('learningRate', options.learningRate ?? 0.001, { min: 0 }),
    seed: checkInteger('seed', options.seed ?? Math.floor(Math.random() * 2 ** 31)),
  };
  const model = options.model ?? headFor(trainData, trainLabels, settings.seed);
  const data = prepare(model, trainData, trainLabels, options.validationData);
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
    const provenance = provenanceOf(trainData);
    if (provenance) setProvenance(model, provenance);
    return { model, history, seed: settings.seed };
  } finally {
    trainer.dispose();
    data.y.dispose();
  }
}

/** The fastest way to train a model: all give the same within rounding. */
async function trainerFor(model: LayersModel, rows: TrainingRows): Promise<Trainer> {
  return (await graphTrainer(model, rows)) ?? layersTrainer(model, rows);
}

type Data = ReturnType<typeof prepare>;

interface Run {
  model: LayersModel;
  trainer: Trainer;
  data: Data;
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
  if (verbose) console.log(opening({ rows, data, paused }));
  model.stopTraining = false;
  for (let epoch = history.epoch.length; epoch < epochs && !model.stopTraining; epoch++) {
    const start = performance.now();
    const order = permutation(rows, seededRandom(seed, epoch));
    const at = paused?.epoch === epoch ? { ...paused } : { step: 0, loss: 0, correct: 0 };
    while (at.step < steps) {
      const done = trainer.step(order, { epoch, step: at.step });
      at.step += done.steps;
      at.loss += done.loss;
      at.correct += done.correct;
      await breathe();
      if (interrupted()) {
        pauseRun(key(), { ...at, epoch, history, state: await trainer.state() });
        await trainer.restore(initial);
        await trainer.finish();
        throw new InterruptedError(
          `Interrupted in epoch ${epoch + 1} of ${epochs}; what was learned is kept. Run the cell again to go on from there.`,
        );
      }
    }
    const logs = { loss: at.loss / rows, acc: at.correct / rows, ...validate(trainer, data) };
    record(history, logs);
    await view.epoch(
      epochLine(logs, { epoch: epoch + 1, epochs, seconds: (performance.now() - start) / 1000 }),
      history,
    );
    if (callbacks.length > 0) await trainer.finish();
    for (const callback of callbacks) await callback.onEpochEnd?.(epoch, logs);
  }
  await trainer.finish();
  await view.end(history);
  return history;
}

/** Labels checked and as tensors; `digested` gives all numbers of the data, for the key of a run. */
function prepare(
  model: LayersModel,
  features: Tensor,
  labels: Labels,
  validation?: readonly [Tensor, Labels],
) {
  const classes = classesOf(model);
  checkInput(model, features, 'train');
  const own = checkLabels(labels, { features, name: 'train', classes });
  if (validation) checkInput(model, validation[0], 'validation');
  const held = validation && {
    features: validation[0],
    labels: checkLabels(validation[1], { features: validation[0], name: 'validation', classes }),
  };
  const y = tf.tidy(() => {
    if (classes === 2 && model.outputShape[1] === 1) return tf.tensor2d(own, [own.length, 1], 'float32');
    return tf.oneHot(tf.tensor1d(own, 'int32'), classes).toFloat();
  });
  return {
    labels: own,
    validation: held,
    y,
    digested: () => [features.dataSync(), own, ...(held ? [held.features.dataSync(), held.labels] : [])],
  };
}

function checkInput(model: LayersModel, features: Tensor, name: string): void {
  const expected = (model.inputs[0]!.shape as (number | null)[]).slice(1);
  const found = features.shape.slice(1);
  if (expected.length === found.length && expected.every((size, i) => size === null || size === found[i]))
    return;
  throw problem({
    where: `the ${name} data`,
    expected: `features [n, ${expected.join(', ')}], which this head was built for`,
    found: `[${features.shape.join(', ')}]`,
    next: 'Photos of another `targetSize` give other features: build a head with `inputShape: features.shape.slice(1)`.',
  });
}

function headFor(features: Tensor, labels: Labels, seed: number): LayersModel {
  const values = Array.from(labels instanceof tf.Tensor ? labels.dataSync() : labels);
  const classes = values.reduce((most, label) => Math.max(most, label + 1), 2);
  return buildHead({ inputShape: features.shape.slice(1), classes, seed });
}

function validate(trainer: Trainer, { validation }: Data): { val_loss?: number; val_acc?: number } {
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
  data: Data;
  paused: PausedRun | undefined;
}): string {
  const held = data.validation ? `, validate on ${data.validation.labels.length} samples` : '';
  const from = paused ? ` (going on in epoch ${paused.epoch + 1}, where it was interrupted)` : '';
  return `Train on ${rows} samples${held}${from}`;
}

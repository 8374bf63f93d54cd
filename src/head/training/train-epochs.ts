/** The loop of a training run: epochs and steps, resuming, interruption. */
import type { LayersModel } from '@tensorflow/tfjs-node';
import { breathe, InterruptedError } from '../../notebook/interrupt';
import { trainingView } from '../../plots/training-view';
import { permutation, seededRandom } from '../../random';
import { baselineWords } from '../baseline';
import { evaluatePredictions } from '../evaluate-head';
import { emptyHistory, epochLine, type History, record } from '../history';
import type { Callbacks } from './callbacks';
import { anyPaused, type PausedRun, pauseRun, runKey, takePaused } from './paused-run';
import type { Trainer } from './trainer';
import { numbersOf, type TrainingData } from './training-data';
import { trainingGuard } from './training-guard';
import { splitWords } from './validation-split';

/** A run that is checked and ready to start. */
export interface TrainingRun {
  model: LayersModel;
  trainer: Trainer;
  data: TrainingData;
  settings: { epochs: number; batchSize: number; learningRate: number; seed: number };
  callbacks: Callbacks;
  options: { seed?: number; verbose?: number };
}

/**
 * Trains until the last epoch, `model.stopTraining` or an interruption; returns the history.
 * @throws InterruptedError and TrainingStopped.
 */
export async function trainEpochs(
  { model, trainer, data, settings, callbacks, options }: TrainingRun,
  interrupted: () => boolean,
): Promise<History> {
  const { epochs, batchSize, seed } = settings;
  const { verbose = 1 } = options;
  const rows = data.labels.length;
  const steps = Math.ceil(rows / batchSize);
  const initial = await trainer.state();
  const key = () => runKey([settings, ...numbersOf(data), ...initial.weights]);
  const paused = anyPaused() ? takePaused(key()) : undefined;
  if (paused) await trainer.restore(paused.state);
  const history =
    paused?.history ??
    emptyHistory({ params: { ...settings, samples: rows }, validation: !!data.validation });
  const view = trainingView({ epochs, verbose });
  const start = paused
    ? { weights: paused.state.weights, when: 'from the moment of the interruption' }
    : { weights: initial.weights, when: 'from before the run' };
  const guard = trainingGuard({ trainer, model, history, data, settings, start });
  if (verbose) for (const line of opening(data, { seed, paused })) console.log(line);
  model.stopTraining = false;
  /** A callback may read and set the model's weights. */
  const call: Callbacks['call'] = async (name, ...args) => {
    if (!callbacks.has(name)) return;
    await trainer.finish();
    await callbacks.call(name, ...args);
    await trainer.adopt();
  };
  const byBatch = callbacks.has('onBatchBegin', 'onBatchEnd');
  await call('onTrainBegin');
  for (let epoch = history.epoch.length; epoch < epochs && !model.stopTraining; epoch++) {
    const began = performance.now();
    const order = permutation(rows, seededRandom(seed, epoch));
    const at = paused?.epoch === epoch ? { ...paused } : { step: 0, loss: 0, correct: 0 };
    if (at.step === 0) await call('onEpochBegin', epoch);
    while (at.step < steps) {
      const batch = at.step;
      if (byBatch) await call('onBatchBegin', batch);
      const done = trainer.step(order, { epoch, step: batch, single: byBatch });
      at.step += done.steps;
      at.loss += done.loss;
      at.correct += done.correct;
      await guard.step(done.loss, { epoch });
      if (byBatch) {
        const size = Math.min(batchSize, rows - batch * batchSize);
        await call('onBatchEnd', batch, { batch, size, loss: done.loss / size, acc: done.correct / size });
        if (model.stopTraining) break;
      }
      await breathe();
      if (interrupted()) {
        pauseRun(key(), { ...at, epoch, history, state: await trainer.state() });
        await trainer.restore(initial);
        await trainer.finish();
        throw interruption({ epoch, epochs, seed, given: options.seed !== undefined });
      }
    }
    const seen = Math.min(rows, at.step * batchSize);
    const logs = { loss: at.loss / seen, acc: at.correct / seen, ...validate(trainer, data) };
    record(history, logs);
    const seconds = (performance.now() - began) / 1000;
    await view.epoch(epochLine(logs, { epoch: epoch + 1, epochs, seconds }), history);
    await guard.epoch(logs, { epoch });
    await call('onEpochEnd', epoch, logs);
  }
  await call('onTrainEnd');
  await trainer.finish();
  await view.end(history);
  return history;
}

function validate(trainer: Trainer, { validation }: TrainingData): { val_loss?: number; val_acc?: number } {
  if (!validation) return {};
  const predictions = trainer.predict(validation.features);
  const { loss, acc } = evaluatePredictions(predictions, validation.labels);
  predictions.dispose();
  return { val_loss: loss + trainer.penalty(), val_acc: acc };
}

function interruption(at: { epoch: number; epochs: number; seed: number; given: boolean }): InterruptedError {
  // A run is found again by its seed. A seed that was drawn would be drawn again.
  const again = at.given ? 'Run the cell again' : `Run the cell again with \`seed: ${at.seed}\``;
  return new InterruptedError(
    `Training was interrupted in epoch ${at.epoch + 1} of ${at.epochs}. What was learned is kept. ${again} to resume.`,
  );
}

/** The lines before the first epoch. */
function opening(
  data: TrainingData,
  { seed, paused }: { seed: number; paused: PausedRun | undefined },
): string[] {
  const { labels, validation, validationRows, classIndices } = data;
  const split =
    validation && validationRows
      ? [splitWords(validation.labels, { rows: labels.length + validationRows.length, seed, classIndices })]
      : [];
  const validated = validation
    ? `, validate on ${validation.labels.length} samples (${baselineWords(validation.labels, classIndices)})`
    : '';
  const resumed = paused ? ` (resumed in epoch ${paused.epoch + 1})` : '';
  return [...split, `Train on ${labels.length} samples${validated}${resumed}`];
}

/** The loop of a training run: epochs and steps, resuming, interruption. */
import type { LayersModel } from '@tensorflow/tfjs-node';
import { preprocessingWords, provenanceOf, resizingOf, sizeWords } from '../../features/provenance';
import { breathe } from '../../notebook/interrupt';
import { trainingView } from '../../plots/training-view';
import { permutation, seededRandom } from '../../random';
import { baselineWords } from '../baseline';
import { evaluatePredictions } from '../evaluate-predictions';
import { epochLine, type History, record } from '../history';
import type { Callbacks } from './callbacks';
import { bestEpoch, isOver } from './early-stopping';
import type { LearningRate } from './learning-rate';
import { anyPaused, type PausedRun, pauseRun, runKey, takePaused } from './paused-run';
import type { TrainSettings } from './train-settings';
import { addTrainedEpochs, afterEarlier, trainedEpochs } from './trained-epochs';
import type { Trainer } from './trainer';
import { numbersOf, type TrainingData } from './training-data';
import { trainingGuard } from './training-guard';
import { TrainingInterrupted } from './training-interrupted';
import { splitWords } from './validation-split';

/** A run that is checked and ready to start. */
export interface TrainingRun {
  model: LayersModel;
  data: TrainingData;
  settings: TrainSettings;
  rate: LearningRate;
  callbacks: Callbacks;
  options: { name?: string; seed?: number; verbose?: number; signal?: AbortSignal };
  /** The weights before the first step, once the run has begun. */
  initial?: Float32Array[];
  /** The epochs so far; where a run is resumed, those from before the interruption too. */
  history: History;
}

/**
 * Trains until the last epoch, `model.stopTraining` or an interruption; returns the history.
 * @throws TrainingInterrupted and TrainingStopped.
 */
export async function trainEpochs(
  run: TrainingRun,
  trainer: Trainer,
  interrupted: () => boolean,
): Promise<History> {
  const { model, data, settings, rate, callbacks, options } = run;
  const { epochs, batchSize, seed, earlyStopping } = settings;
  const { verbose = 1 } = options;
  const rows = data.labels.length;
  const steps = Math.ceil(rows / batchSize);
  const initial = await trainer.state();
  run.initial = initial.weights;
  const key = (weights: Float32Array[]) => runKey([keyOf(settings), ...numbersOf(data), ...weights]);
  const paused = anyPaused() ? takePaused(key(initial.weights)) : undefined;
  if (paused) {
    await trainer.restore(paused.state);
    run.history = paused.history;
    run.initial = paused.initial;
  }
  const { history } = run;
  const earlier = paused ? paused.earlier : trainedEpochs(model);
  const view = trainingView({ epochs, verbose });
  const start = paused
    ? { weights: paused.state.weights, when: 'from the moment of the interruption' }
    : { weights: initial.weights, when: 'from before the run' };
  const rateNow = (epoch: number) => rate.at(epoch * steps, history.history.val_loss ?? []);
  const guard = trainingGuard({ trainer, model, history, data, epochs, rateNow, start });
  if (verbose) for (const line of opening(data, { seed, paused, earlier })) console.log(line);
  model.stopTraining = false;
  /** A callback may read and set the model's weights. */
  const call: Callbacks['call'] = async (name, ...args) => {
    if (!callbacks.has(name)) return;
    await trainer.finish();
    await callbacks.call(name, ...args);
    await trainer.adopt();
  };
  const byBatch = callbacks.has('onBatchBegin', 'onBatchEnd');
  let best = paused?.best;
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
      if (interrupted() || options.signal?.aborted) {
        const state = await trainer.state();
        // The same cell may build the head anew, or train the one that it has.
        const keys = [key(run.initial), key(state.weights)];
        pauseRun(keys, {
          ...at,
          epoch,
          history,
          earlier,
          best,
          state,
          initial: run.initial,
        });
        await trainer.finish();
        throw interruption(run, { epoch });
      }
    }
    const seen = Math.min(rows, at.step * batchSize);
    const lr = rate.changes && { lr: rate.at(epoch * steps + at.step - 1, history.history.val_loss ?? []) };
    const logs = { loss: at.loss / seen, acc: at.correct / seen, ...validate(trainer, data), ...lr };
    record(history, logs);
    const seconds = (performance.now() - began) / 1000;
    await view.epoch(epochLine(logs, { epoch: epoch + 1, epochs, seconds }), shown(earlier, history));
    await guard.epoch(logs, { epoch });
    await call('onEpochEnd', epoch, logs);
    if (!earlyStopping) continue;
    const losses = history.history.val_loss!;
    if (earlyStopping.restoreBest && bestEpoch(losses) === epoch) best = trainer.weights();
    if (isOver(losses, earlyStopping.patience)) break;
  }
  await call('onTrainEnd');
  if (best) await trainer.restore({ weights: best, moments: [] });
  await trainer.finish();
  await view.end(shown(earlier, history));
  addTrainedEpochs(model, history);
  return history;
}

/** What the settings are for the key of a run: a function has no value that stays. */
function keyOf({ learningRate, ...settings }: TrainSettings): object {
  return { ...settings, learningRate: typeof learningRate === 'number' ? learningRate : 'a function' };
}

/** A chart's history: it begins with the epochs of earlier runs. */
function shown(
  earlier: History['history'] | undefined,
  { history }: History,
): { history: History['history'] } {
  return { history: afterEarlier(earlier, history) };
}

function validate(trainer: Trainer, { validation }: TrainingData): { val_loss?: number; val_acc?: number } {
  if (!validation) return {};
  const predictions = trainer.predict(validation.features);
  const { loss, acc } = evaluatePredictions(predictions, validation.labels);
  predictions.dispose();
  return { val_loss: loss + trainer.penalty(), val_acc: acc };
}

function interruption({ model, history, settings, options }: TrainingRun, at: { epoch: number }) {
  const { epochs, seed } = settings;
  // A run is found again by its seed. A seed that was drawn would be drawn again.
  const again =
    options.seed !== undefined ? 'Run the cell again' : `Run the cell again with \`seed: ${seed}\``;
  return new TrainingInterrupted(
    `Training was interrupted in epoch ${at.epoch + 1} of ${epochs}. The head keeps what it has learned. ${again} to resume.`,
    { history, model },
  );
}

/** The lines before the first epoch. */
function opening(
  data: TrainingData,
  { seed, paused, earlier }: { seed: number; paused?: PausedRun; earlier?: History['history'] },
): string[] {
  const { features, labels, validation, validationRows, classIndices } = data;
  const { recipe, directory } = provenanceOf(features) ?? {};
  const split =
    validation && validationRows
      ? [splitWords(validation.labels, { rows: labels.length + validationRows.length, seed, classIndices })]
      : [];
  const validated = validation
    ? `, validate on ${validation.labels.length} ${recipe ? 'photos' : 'samples'} (${baselineWords(validation.labels, classIndices)})`
    : '';
  const resumed = paused ? ` (resumed in epoch ${paused.epoch + 1})` : '';
  const before = earlier?.loss?.length ?? 0;
  const further = before > 0 ? [`Continues after ${before} epochs.`] : [];
  const rows = recipe
    ? `photos${directory === undefined ? '' : ` of ${directory}`} (${sizeWords(resizingOf(recipe))}, ${preprocessingWords(recipe.preprocessing)})`
    : 'samples';
  return [...data.notes, ...further, ...split, `Train on ${labels.length} ${rows}${validated}${resumed}`];
}

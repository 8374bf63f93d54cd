/** A training run that leaves a record, however it ends. */
import { LittleDataError } from '../../check';
import { interruptible } from '../../notebook/interrupt';
import type { History } from '../history';
import { closingLine } from '../runs/closing-line';
import { newestRun, writeRun } from '../runs/run-files';
import type { RunRecord } from '../runs/run-record';
import { recordOf } from './record-of';
import { type TrainingRun, trainEpochs } from './train-epochs';
import type { Trainer } from './trainer';
import { TrainingStopped } from './training-guard';
import { TrainingInterrupted } from './training-interrupted';

/** Runs the epochs, writes the record, and says in one line what came out. `id` is that of the record, where it could be written. */
export async function recordedRun(
  run: TrainingRun,
  trainer: Trainer,
): Promise<{ history: History; id?: string }> {
  const began = performance.now();
  const leave = (status: RunRecord['status']) => {
    // Without a record the run is still what the person has waited for.
    try {
      const seconds = (performance.now() - began) / 1000;
      const record = recordOf(run, trainer, { status, seconds });
      const previous = newestRun();
      writeRun(record);
      const line = closingLine(record, previous);
      if ((run.options.verbose ?? 1) > 0 && line) console.log(line);
      return record.id;
    } catch (error) {
      if (!(error instanceof LittleDataError)) throw error;
      console.log(`The run has no record. ${error.message}`);
      return undefined;
    }
  };
  try {
    const history = await interruptible((interrupted) => trainEpochs(run, trainer, interrupted));
    const id = leave('complete');
    return { history, ...(id !== undefined && { id }) };
  } catch (error) {
    if (error instanceof TrainingInterrupted) leave('interrupted');
    if (error instanceof TrainingStopped) leave('stopped');
    throw error;
  }
}

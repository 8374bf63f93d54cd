/** Repeats a run by its record. */
import type { Tensor } from '@tensorflow/tfjs-node';
import { checkKeys, LittleDataError } from '../check';
import type { Labels } from '../head/labels';
import type { RunRecord } from '../head/runs/run-record';
import { type TrainedHead, trainHead } from '../head/training/train-head';
import type { TrainOptions } from '../head/training/train-options';
import { tf } from '../tensorflow';
import { findRun, type RunReference } from './find-run';

/** The data of a run, as it was given to `trainHead`. */
export interface RerunOptions {
  /** The features of the train split. */
  trainData: Tensor;
  /** Their labels. */
  trainLabels: Labels;
  /** `[features, labels]` of the validation split. @default none */
  validationData?: readonly [Tensor, Labels];
  /** As in `trainHead`. @default 1 */
  verbose?: number;
}

/** What `rerun` returns. */
export interface Rerun extends TrainedHead {
  /** Whether each number of the history is the same, bit for bit. */
  same: boolean;
  /** What differs from the record; empty where the history is the same. */
  differences: string[];
}

/**
 * Trains once more by the record of a run: the same settings, seed and initial weights. On the same machine and versions
 * the history is the same bit for bit; else `differences` says what is not the same. A run whose learning rate was moved by
 * hand, or that did not end by itself, can't be repeated.
 *
 * @param run its name, its id, or its record.
 * @param options `trainData`, `trainLabels`, `validationData`, `verbose` (1).
 * @returns what `trainHead` returns, with `same` and `differences`.
 * @throws LittleDataError where there is no such run, or it can't be repeated.
 * @example
 * ```ts
 * import { labelsOf, np, rerun } from 'little-data';
 * const trainData = await np.load('features.npy');
 * const { same } = await rerun('run 1', { trainData, trainLabels: labelsOf(trainData) });
 * console.log(same);
 * ```
 */
export async function rerun(run: RunReference, options: RerunOptions): Promise<Rerun> {
  checkKeys('rerun', options, ['trainData', 'trainLabels', 'validationData', 'verbose']);
  const record = findRun(run, 'run');
  checkRepeatable(record);
  const { trainData, trainLabels, validationData, verbose = 1 } = options;
  const model = await tf.models.modelFromJSON(JSON.parse(record.structure));
  const { optimizer, ...settings } = record.settings;
  const { kind, momentum } = optimizer as { kind: TrainOptions['optimizer']; momentum?: number };
  const trained = await trainHead(trainData, trainLabels, {
    ...(settings as TrainOptions),
    ...{ optimizer: kind, seed: record.seed, model, verbose, name: `${record.name}, again` },
    ...(momentum !== undefined && { momentum }),
    ...(validationData && { validationData }),
  }).catch((error: unknown) => {
    model.dispose();
    throw error;
  });
  const same = JSON.stringify(trained.history.history) === JSON.stringify(record.history);
  // Without a record of its own nothing is known to compare.
  const again = same || trained.run === undefined ? undefined : findRun(trained.run, 'run');
  const differences = same ? [] : again ? differencesOf(record, again) : [unknownReason];
  return { ...trained, same, differences };
}

const unknownReason = 'the machine, or something else that no record holds';

function checkRepeatable({ name, settings, status }: RunRecord): void {
  const byHand = typeof settings.learningRate !== 'number';
  if (!byHand && status === 'complete') return;
  const reason = byHand ? 'its learning rate was moved by hand' : `it was ${status}`;
  throw new LittleDataError(`${name} can't be repeated: ${reason}. Take another run.`);
}

function differencesOf(record: RunRecord, again: RunRecord): string[] {
  const parts: [string, unknown, unknown][] = [
    ['the train features or labels', record.digests.train, again.digests.train],
    ['the validation features or labels', record.digests.validation, again.digests.validation],
    ['the weights that the head began with', record.initialWeights, again.initialWeights],
    ...Object.keys({ ...record.versions, ...again.versions }).map((name): [string, unknown, unknown] => [
      `the version of ${name}: ${record.versions[name]} then, ${again.versions[name]} now`,
      ...([record.versions[name], again.versions[name]] as [unknown, unknown]),
    ]),
  ];
  const found = parts.filter(([, before, now]) => before !== now).map(([name]) => name);
  return found.length > 0 ? found : [unknownReason];
}

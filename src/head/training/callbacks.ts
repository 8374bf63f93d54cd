/** Callbacks of a training run, by the names that Keras and TensorFlow.js use. */
import type { LayersModel } from '@tensorflow/tfjs-node';
import { problem, show } from '../../check';
import type { EpochLogs } from '../history';

/** The numbers of one batch. */
export interface BatchLogs {
  /** The batch's place in its epoch, from 0. */
  batch: number;
  /** Rows in the batch. */
  size: number;
  /** Mean loss over the batch's rows. */
  loss: number;
  /** Fraction of right predictions, 0..1. */
  acc: number;
}

/**
 * What a training run calls. Each hook may set `model.stopTraining = true`, and may set the model's weights: training
 * continues from these, and they are what the caller gets.
 */
export interface TrainCallback {
  /** Runs before the first epoch. */
  onTrainBegin?: () => void | Promise<void>;
  /** Runs after the last epoch. It does not run where the run is interrupted or fails. */
  onTrainEnd?: () => void | Promise<void>;
  /** Runs before an epoch. `epoch` counts from 0. */
  onEpochBegin?: (epoch: number) => void | Promise<void>;
  /** Runs after an epoch with its `loss`, `acc` and, with validation data, `val_loss`, `val_acc`. */
  onEpochEnd?: (epoch: number, logs: EpochLogs) => void | Promise<void>;
  /** Runs before a batch. `batch` counts from 0 in each epoch. */
  onBatchBegin?: (batch: number) => void | Promise<void>;
  /** Runs after a batch. */
  onBatchEnd?: (batch: number, logs: BatchLogs) => void | Promise<void>;
}

const hooks = [
  'onTrainBegin',
  'onTrainEnd',
  'onEpochBegin',
  'onEpochEnd',
  'onBatchBegin',
  'onBatchEnd',
] as const;

type HookName = (typeof hooks)[number];

/** The callbacks of one run. */
export interface Callbacks {
  /** Whether one of them has this hook. */
  has(...names: HookName[]): boolean;
  /** Calls this hook of each, one after the other. */
  call<N extends HookName>(name: N, ...args: Parameters<NonNullable<TrainCallback[N]>>): Promise<void>;
}

/**
 * Checks one callback or several.
 * @throws LittleDataError where a callback has no hook, or one that does not exist.
 */
export function callbacksOf(
  given: TrainCallback | readonly TrainCallback[] | undefined,
  model: LayersModel,
): Callbacks {
  const list = (given === undefined ? [] : [given].flat()) as TrainCallback[];
  for (const callback of list) {
    checkCallback(callback);
    // The callbacks of TensorFlow.js, such as `tf.callbacks.earlyStopping`, ask for their model.
    (callback as { setModel?: (model: LayersModel) => void }).setModel?.(model);
  }
  return {
    has: (...names) => list.some((callback) => names.some((name) => callback[name] !== undefined)),
    async call(name, ...args) {
      for (const callback of list)
        await (callback[name] as ((...args: unknown[]) => unknown) | undefined)?.(...args);
    },
  };
}

function checkCallback(callback: unknown): void {
  const isObject = typeof callback === 'object' && callback !== null;
  const names = isObject ? namesOf(callback) : [];
  const unknown = names.find((name) => /^on[A-Z]/.test(name) && !(hooks as readonly string[]).includes(name));
  const own = names.filter((name) => (hooks as readonly string[]).includes(name));
  const wrong = own.find((name) => typeof (callback as Record<string, unknown>)[name] !== 'function');
  if (unknown === undefined && wrong === undefined && own.length > 0) return;
  const found = unknown ?? wrong;
  throw problem({
    where: '`callbacks`',
    expected: `objects with the functions ${hooks.join(', ')}`,
    found: found === undefined ? show(callback) : `\`${found}\``,
    next: 'Correct the name, or leave it out.',
  });
}

/** The names of a callback's members, those of its classes too. */
function namesOf(callback: object): string[] {
  const names = new Set<string>();
  for (let at: object | null = callback; at && at !== Object.prototype; at = Object.getPrototypeOf(at))
    for (const name of Object.getOwnPropertyNames(at)) names.add(name);
  return [...names];
}

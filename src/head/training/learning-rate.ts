/** The learning rate of each step: constant, by a schedule, or by a function that a person's slider is behind. */
import { checkInteger, checkKeys, checkNumber, checkOneOf, problem } from '../../check';

/** Reduces the rate where the validation loss has not become smaller, as Keras' `ReduceLROnPlateau`. */
export interface ReduceOnPlateau {
  /** `'reduceOnPlateau'`. */
  kind: 'reduceOnPlateau';
  /** What the rate is multiplied by, above 0 and below 1. @default 0.1 */
  factor?: number;
  /** After so many epochs without a smaller loss. @default 10 */
  patience?: number;
}

/** How the learning rate changes during a run. */
export type LearningRateSchedule = 'constant' | 'cosine' | 'reduceOnPlateau' | ReduceOnPlateau;

/** A loss counts as smaller from this difference on, as in Keras. */
const minDelta = 1e-4;

/** The learning rate of a run. */
export interface LearningRate {
  /** Whether it may change during the run. */
  changes: boolean;
  /** The rate of a step, counted from 0 over the run, after epochs with these validation losses. */
  at(step: number, validationLosses: readonly number[]): number;
}

/**
 * The rates of a run of `steps` steps. Cosine: half a wave from `rate` down to 0 (arXiv 1608.03983; Keras' `CosineDecay`).
 */
export function learningRateOf(
  rate: number | (() => number),
  schedule: Exclude<LearningRateSchedule, string> | 'constant' | 'cosine',
  { steps }: { steps: number },
): LearningRate {
  const base =
    typeof rate === 'function' ? () => checkNumber('learningRate', rate(), { min: 0 }) : () => rate;
  if (schedule === 'cosine')
    return {
      changes: true,
      at: (step) => (base() * (1 + Math.cos((Math.PI * Math.min(step, steps)) / steps))) / 2,
    };
  if (schedule === 'constant') return { changes: typeof rate === 'function', at: base };
  const { factor = 0.1, patience = 10 } = schedule;
  return {
    changes: true,
    at: (_, losses) => base() * factor ** reductions(losses, patience),
  };
}

/** How many times the rate was reduced after epochs with these losses. */
function reductions(losses: readonly number[], patience: number): number {
  let [best, waited, reduced] = [Number.POSITIVE_INFINITY, 0, 0];
  for (const loss of losses) {
    if (loss < best - minDelta) [best, waited] = [loss, 0];
    else if (++waited >= patience) [waited, reduced] = [0, reduced + 1];
  }
  return reduced;
}

/** The checked schedule. */
export function checkSchedule(
  schedule: LearningRateSchedule,
  { validation }: { validation: boolean },
): Parameters<typeof learningRateOf>[1] {
  const kind = checkOneOf(
    'learningRateSchedule',
    typeof schedule === 'object' && schedule !== null ? schedule.kind : schedule,
    ['constant', 'cosine', 'reduceOnPlateau'] as const,
  );
  if (kind !== 'reduceOnPlateau') return kind;
  if (!validation)
    throw problem({
      where: '`learningRateSchedule`',
      expected:
        '`validationData` or `validationSplit` with reduceOnPlateau, which looks at the validation loss',
      found: 'neither',
      next: "Pass one of them, or take 'cosine'.",
    });
  const options: ReduceOnPlateau = typeof schedule === 'object' ? schedule : { kind };
  checkKeys('`learningRateSchedule`', options, ['kind', 'factor', 'patience']);
  const { factor = 0.1, patience = 10 } = options;
  checkNumber('factor', factor, { min: Number.MIN_VALUE, max: 1 - Number.EPSILON });
  checkInteger('patience', patience, { min: 1 });
  return { kind, factor, patience };
}

/** The settings of a training run: checked, with their defaults. */
import { checkInteger, checkKeys, checkNumber, checkOneOf, problem } from '../../check';
import type { Optimizer } from '../../networks/graph/optimizer';
import { checkEarlyStopping } from './early-stopping';
import { checkSchedule } from './learning-rate';
import type { TrainOptions } from './train-options';

/** What `trainHead` trains by. */
export type TrainSettings = ReturnType<typeof trainSettings>;

const names = [
  ...['validationData', 'validationSplit', 'model', 'epochs', 'batchSize', 'learningRate', 'seed', 'verbose'],
  ...[
    'name',
    'signal',
    'callbacks',
    'optimizer',
    'momentum',
    'weightDecay',
    'earlyStopping',
    'learningRateSchedule',
    'classWeights',
  ],
];

/** Throws where an option is unknown, or of another kind or range. */
export function trainSettings(options: TrainOptions) {
  checkKeys('trainHead', options, names);
  if ('model' in options && options.model === undefined)
    throw problem({
      where: '`model`',
      expected: 'a head, such as `buildHead` gives',
      found: 'undefined',
      next: 'Run the cell that builds it; or leave `model` out, and a new head is trained.',
    });
  const { learningRate = 0.001 } = options;
  const validation = Boolean(options.validationData) || options.validationSplit !== undefined;
  return {
    epochs: checkInteger('epochs', options.epochs ?? 50, { min: 1 }),
    batchSize: checkInteger('batchSize', options.batchSize ?? 16, { min: 1 }),
    learningRate:
      typeof learningRate === 'function'
        ? learningRate
        : checkNumber('learningRate', learningRate, { min: 0 }),
    optimizer: optimizerOf(options),
    weightDecay: checkNumber('weightDecay', options.weightDecay ?? 0, { min: 0, max: 1 }),
    earlyStopping: checkEarlyStopping(options.earlyStopping, { validation }),
    learningRateSchedule: checkSchedule(options.learningRateSchedule ?? 'constant', { validation }),
    classWeights: options.classWeights,
    seed: checkInteger('seed', options.seed ?? Math.floor(Math.random() * 2 ** 31)),
  };
}

function optimizerOf({ optimizer = 'adam', momentum }: TrainOptions): Optimizer {
  const kind = checkOneOf('optimizer', optimizer, ['adam', 'sgd', 'rmsprop'] as const);
  if (kind === 'sgd')
    return { kind, momentum: checkNumber('momentum', momentum ?? 0.9, { min: 0, max: 1 - Number.EPSILON }) };
  if (momentum === undefined) return { kind };
  throw problem({
    where: '`momentum`',
    expected: "`optimizer: 'sgd'` beside it",
    found: `\`optimizer: '${kind}'\``,
    next: 'Leave it out, or take sgd.',
  });
}

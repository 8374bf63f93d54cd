/** The head: the small classifier that is trained on bottleneck features. */
import type { Sequential, Tensor } from '@tensorflow/tfjs-node';
import { checkInteger, checkKeys, checkNumber, checkOneOf, problem, show } from '../check';
import { withKerasSummary } from '../networks/summary';
import { tf } from '../tensorflow';
import { checkRows } from './check-rows';
import { setStandardizing, standardizingLayers } from './standardizing';

/** The options of `buildHead`. */
export interface BuildHeadOptions {
  /** The shape of one row of features, such as `features.shape.slice(1)`. */
  inputShape: readonly number[];
  /** An integer. The same seed gives the same initial weights. */
  seed: number;
  /** How many classes there are. @default 2 */
  classes?: number;
  /** Units of the hidden layer; 0 leaves it and the dropout out: logistic regression. @default 256 */
  units?: number;
  /** Fraction of the units that are left out in each training step, 0 up to (not including) 1. @default 0.5 */
  dropout?: number;
  /** The mean or the largest value per channel of features `[height, width, channels]`, in place of flattening them. @default flattened */
  pooling?: 'avg' | 'max';
  /**
   * Features `[n, ...inputShape]` that say how to standardise: of each channel, after pooling, their mean is taken off, and the rest divided by
   * their standard deviation. Both become part of the head. @default not standardised
   */
  standardize?: Tensor;
  /** Keras' `kernel_regularizer=l2(...)` of each dense layer: so many times the sum of its squared weights is added to the loss. @default 0 */
  l2?: number;
  /** The model's name. @default 'head' */
  name?: string;
}

/**
 * The tutorial's top model: `Flatten`, `Dense(units, relu)`, `Dropout(dropout)`, and `Dense(1, sigmoid)` for two
 * classes or `Dense(classes, softmax)` for more; without the hidden layer for `units: 0`. On `[4, 4, 512]` it has 2,097,665 parameters.
 * With `pooling` on `[4, 4, 512]`, 131,841. Initial weights as in Keras: Glorot uniform, biases zero. Not compiled: `trainHead` does that.
 *
 * @param options `inputShape`, `seed`, `classes` (2), `units` (256), `dropout` (0.5), `pooling`, `standardize`, `l2` (0),
 *   `name` ('head').
 * @returns the model: float32 `[n, ...inputShape]` in, probabilities `[n, 1]` (of class 1) or `[n, classes]` out. The
 *   caller disposes it.
 * @throws LittleDataError for an option of another kind or range.
 * @example
 * ```ts
 * import { buildHead } from 'little-data';
 * const head = buildHead({ inputShape: [4, 4, 512], seed: 1 });
 * head.summary();
 * ```
 */
export function buildHead(options: BuildHeadOptions): Sequential {
  checkKeys('buildHead', options, [
    ...['inputShape', 'seed', 'classes', 'units', 'dropout', 'pooling', 'standardize', 'l2', 'name'],
  ]);
  const {
    inputShape,
    seed,
    classes = 2,
    units = 256,
    dropout = 0.5,
    pooling,
    standardize,
    l2 = 0,
    name = 'head',
  } = options;
  if (!Array.isArray(inputShape) || !inputShape.every((size) => Number.isInteger(size) && size > 0)) {
    throw problem({
      where: '`inputShape`',
      expected: "a feature row's shape, such as [4, 4, 512]",
      found: show(inputShape),
      next: 'Pass `features.shape.slice(1)`.',
    });
  }
  checkInteger('seed', seed);
  checkInteger('classes', classes, { min: 2 });
  checkInteger('units', units, { min: 0 });
  checkNumber('dropout', dropout, { min: 0, max: 1 - Number.EPSILON });
  checkNumber('l2', l2, { min: 0 });
  if (pooling !== undefined) checkPooling(pooling, inputShape);
  if (standardize !== undefined) checkRows(standardize, { name: '`standardize`', inputShape });
  const kernel = (offset: number) => ({
    kernelInitializer: tf.initializers.glorotUniform({ seed: seed + offset }),
    ...(l2 > 0 && { kernelRegularizer: tf.regularizers.l2({ l2 }) }),
  });
  const head = tf.sequential({
    name,
    layers: [
      ...firstLayers(inputShape, { pooling, standardizes: standardize !== undefined }),
      ...(units > 0
        ? [
            tf.layers.dense({ units, activation: 'relu', name: 'dense', ...kernel(0) }),
            tf.layers.dropout({ rate: dropout, name: 'dropout' }),
          ]
        : []),
      classes === 2
        ? tf.layers.dense({ units: 1, activation: 'sigmoid', name: 'dense_1', ...kernel(1) })
        : tf.layers.dense({ units: classes, activation: 'softmax', name: 'dense_1', ...kernel(1) }),
    ],
  });
  if (standardize) setStandardizing(head, standardize);
  return withKerasSummary(head);
}

/** From features to a row of numbers per photo. */
function firstLayers(
  inputShape: readonly number[],
  { pooling, standardizes }: { pooling: BuildHeadOptions['pooling']; standardizes: boolean },
) {
  const shape = { inputShape: [...inputShape] };
  const pool =
    pooling &&
    {
      avg: () => tf.layers.globalAveragePooling2d({ ...shape, name: 'avg_pool' }),
      max: () => tf.layers.globalMaxPooling2d({ ...shape, name: 'max_pool' }),
    }[pooling];
  if (standardizes) {
    const pooled = pool ? inputShape.slice(-1) : inputShape;
    return [
      ...(pool ? [pool()] : []),
      ...standardizingLayers(pooled, { isFirst: !pool }),
      tf.layers.flatten({ name: 'flatten' }),
    ];
  }
  if (pool) return [pool()];
  // TensorFlow.js' Flatten refuses rows that are flat already, such as pooled features.
  return inputShape.length === 1
    ? [tf.layers.inputLayer({ ...shape, name: 'flat_input' })]
    : [tf.layers.flatten({ ...shape, name: 'flatten' })];
}

function checkPooling(pooling: string, inputShape: readonly number[]): void {
  checkOneOf('pooling', pooling, ['avg', 'max']);
  if (inputShape.length === 3) return;
  throw problem({
    where: '`pooling`',
    expected: 'features of shape [height, width, channels]',
    found: `\`inputShape\` [${inputShape.join(', ')}]`,
    next: 'Leave `pooling` out: these features have no places to pool.',
  });
}

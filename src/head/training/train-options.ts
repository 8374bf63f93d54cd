/** What `trainHead` can be asked for. */
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import type { Labels } from '../labels';
import type { TrainCallback } from './callbacks';
import type { ClassWeights } from './class-weights';
import type { EarlyStopping } from './early-stopping';
import type { LearningRateSchedule } from './learning-rate';

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
  /** The learning rate, or a function that is asked before each batch, such as `() => slider.value`. @default 0.001 */
  learningRate?: number | (() => number);
  /** `'adam'`, `'sgd'` or `'rmsprop'`, with Keras' formulas. @default 'adam' */
  optimizer?: 'adam' | 'sgd' | 'rmsprop';
  /** With sgd: the fraction of the last step that is taken once more, 0 up to 1. @default 0.9 */
  momentum?: number;
  /** What is taken off each weight before a step: this fraction times the learning rate, as in Keras. @default 0 */
  weightDecay?: number;
  /** `{ patience, restoreBest }`: ends the run where the validation loss does not become smaller. @default none */
  earlyStopping?: EarlyStopping;
  /** `'constant'`, `'cosine'` (down to 0), `'reduceOnPlateau'`, or `{ kind: 'reduceOnPlateau', factor, patience }`. @default 'constant' */
  learningRateSchedule?: LearningRateSchedule;
  /** `'balanced'`, or a weight by class name, such as `{ dogs: 2 }`. @default all classes 1 */
  classWeights?: ClassWeights;
  /**
   * Integer that draws the order of the rows, the dropout, `validationSplit` and, without `model`, the initial weights.
   * @default a random one, which the result holds
   */
  seed?: number;
  /** Stops the run within a batch when it is aborted, as Kernel > Interrupt does. @default none */
  signal?: AbortSignal;
  /** What the run is called in its record. @default 'run 1', 'run 2', ... */
  name?: string;
  /** 0 shows nothing, 1 the curve and one line of progress, 2 the curve and Keras' line per epoch. @default 1 */
  verbose?: number;
  /** One object with hooks such as `onEpochEnd(epoch, logs)`, or several. @default none */
  callbacks?: TrainCallback | readonly TrainCallback[];
}

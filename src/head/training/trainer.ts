/** What `trainHead` needs of a way to train: steps, predictions, and a state that can be taken and put back. */
import type { Tensor } from '@tensorflow/tfjs-node';
import type { Optimizer } from '../../networks/graph/optimizer';

/** The data and settings of a run. */
export interface TrainingRows {
  /** Features, float32 `[n, ...]`. */
  x: Tensor;
  /** Labels, float32: `[n, 1]` of 0 and 1, or one-hot `[n, classes]`. */
  y: Tensor;
  /** What each row's loss is multiplied by, float32 `[n, 1]`. */
  rowWeights?: Tensor;
  batchSize: number;
  optimizer: Optimizer;
  /** The learning rate of a step, which is counted from 0 over the run. */
  rateAt: (step: number) => number;
  /** How many times the learning rate is taken off each weight before a step, as a fraction of it. */
  weightDecay: number;
  seed: number;
}

/**
 * All that a run has learned: weights, and as `moments` the count of steps, then for all weights what the optimizer keeps
 * first (Adam's first moments, the step before, the mean of squares) and second (Adam's second moments, else zeros).
 */
export interface TrainerState {
  weights: Float32Array[];
  moments: Float32Array[];
}

/** A way to train a model. */
export interface Trainer {
  /**
   * Trains from batch `step` of an epoch on, whose rows are taken in the order `order`; returns how many batches it
   * did (with `single` one, else one or more), and over their rows the summed loss and the number of right predictions.
   */
  step(
    order: Int32Array,
    at: { epoch: number; step: number; single?: boolean },
  ): { steps: number; loss: number; correct: number };
  /** The model's output for features, without dropout; the caller disposes it. */
  predict(features: Tensor): Tensor;
  state(): Promise<TrainerState>;
  /** The weights of the state alone, in a third of the time. */
  weights(): Float32Array[];
  restore(state: TrainerState): Promise<void>;
  /** Sees to it that the model's own weights are those that were learned: until then they may be the ones before. */
  finish(): void | Promise<void>;
  /** Takes over the weights of the model where something else has set them since `finish`. */
  adopt(): void | Promise<void>;
  /** What the regularizers of the model add to its loss. */
  penalty(): number;
  /** Frees what the trainer holds; the model keeps the weights it has. */
  dispose(): void;
}

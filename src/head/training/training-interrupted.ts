/** A run that was stopped by Kernel > Interrupt. */
import type { LayersModel } from '@tensorflow/tfjs-node';
import { InterruptedError } from '../../notebook/interrupt';
import type { History } from '../history';

/** Thrown by `trainHead` after Kernel > Interrupt; what was trained so far can be used. */
export class TrainingInterrupted extends InterruptedError {
  /** The numbers of the epochs that were completed. */
  readonly history: History;
  /** The head with the weights of the last batch. */
  readonly model: LayersModel;

  /** @internal */
  constructor(message: string, { history, model }: { history: History; model: LayersModel }) {
    super(message);
    this.history = history;
    this.model = model;
  }
}

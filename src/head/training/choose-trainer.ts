/** The head and the trainer of a run. */
import type { LayersModel } from '@tensorflow/tfjs-node';
import { buildHead } from '../build-head';
import { graphTrainer } from './graph-trainer';
import { layersTrainer } from './layers-trainer';
import type { Trainer, TrainingRows } from './trainer';
import type { TrainingData } from './training-data';

/** The tutorial's head for the classes of the data. */
export function newHead({ features, classes }: TrainingData, seed: number): LayersModel {
  return buildHead({ inputShape: features.shape.slice(1), classes, seed });
}

/** The fastest trainer for a model. All trainers agree within rounding. */
export async function chooseTrainer(model: LayersModel, rows: TrainingRows): Promise<Trainer> {
  return (await graphTrainer(model, rows)) ?? layersTrainer(model, rows);
}

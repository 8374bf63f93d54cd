/** The epochs that a head was trained for in this process: a run that trains it further continues their chart. */
import type { LayersModel } from '@tensorflow/tfjs-node';
import { processState } from '../../state';
import type { History } from '../history';

/** Numbers per epoch by name, of all runs so far; undefined for a head that no run has trained. */
export function trainedEpochs(model: LayersModel): History['history'] | undefined {
  return known().get(model);
}

/** Adds the epochs of a run. */
export function addTrainedEpochs(model: LayersModel, { history }: History): void {
  known().set(model, afterEarlier(known().get(model), history));
}

/** The numbers of a run behind those of the runs before it. */
export function afterEarlier(
  earlier: History['history'] | undefined,
  history: History['history'],
): History['history'] {
  if (!earlier) return { ...history };
  const names = Object.keys(history).filter((name) => earlier[name]);
  return Object.fromEntries(names.map((name) => [name, [...earlier[name]!, ...history[name]!]]));
}

function known(): WeakMap<LayersModel, History['history']> {
  return processState('trained-epochs', () => new WeakMap());
}

/** What a cell shows that ends in a trained head: a few words in place of all its numbers. */
import type { LayersModel } from '@tensorflow/tfjs-node';
import { displayName, type MimeBundle } from '../../notebook/display';
import { layerWords } from '../../plots/layer-words';
import type { History } from '../history';

interface Trained {
  model: LayersModel;
  history: History;
  seed: number;
  run?: string;
}

/** `result`, which says of itself in a cell what it is. The property can't be enumerated. */
export function withSummary<T extends Trained>(result: T): T {
  const value = (): MimeBundle => ({ 'text/plain': summaryOf(result) });
  return Object.defineProperty(result, displayName, { value });
}

/** One line for the head, and one for its last epoch. */
export function summaryOf({ model, history, seed, run }: Trained): string {
  const layers = model.layers.map((layer) => layerWords(layer).join(' ')).filter(Boolean);
  const numbers = Object.entries(history.history).flatMap(([name, values]) => {
    const last = values.at(-1);
    return last === undefined ? [] : [`${name} ${Number(last.toPrecision(4))}`];
  });
  const epochs = history.epoch.length === 1 ? '1 epoch' : `${history.epoch.length} epochs`;
  return [
    `Head: ${layers.join(', ')}`,
    `${epochs}, seed ${seed}: ${numbers.join(', ')}${run === undefined ? '' : ` (run ${run})`}`,
    'Its parts: model, history, seed, run',
  ].join('\n');
}

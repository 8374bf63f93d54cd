/** A layer in short. */
import type { LayersModel } from '@tensorflow/tfjs-node';

/** Its class and what it was given: `['Dense 256', 'relu']`, `['Dropout 0.5']`; empty for an input. */
export function layerWords(layer: LayersModel['layers'][number]): string[] {
  const name = layer.getClassName();
  if (name === 'InputLayer') return [];
  const { units, activation, rate } = layer.getConfig() as {
    units?: number;
    activation?: string;
    rate?: number;
  };
  if (units === undefined) return [rate === undefined ? name : `${name} ${rate}`];
  return [`${name} ${units}`, ...(activation === undefined ? [] : [activation])];
}

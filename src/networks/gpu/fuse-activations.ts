/** Convolutions that apply the activation after them themselves: a tensor less to write and to read. */
import type { ConvLayer } from '../graph/conv-graph';

/** The same layers at the same places: where a convolution has taken an activation over, that layer is linear. */
export function fuseActivations(layers: readonly ConvLayer[]): ConvLayer[] {
  const users = layers.map((_, at) => layers.filter(({ from }) => from.includes(at)));
  const takesOver = (at: number): boolean => {
    const layer = layers[at];
    const isLinear = layer !== undefined && 'kernel' in layer && layer.activation === 'linear';
    return isLinear && users[at]!.length === 1 && users[at]![0]!.kind === 'activation';
  };
  return layers.map((layer, at) => {
    if (layer.kind === 'activation')
      return takesOver(layer.from[0]!) ? { ...layer, activation: 'linear' } : layer;
    const [user] = users[at]!;
    return 'kernel' in layer && takesOver(at) && user?.kind === 'activation'
      ? { ...layer, activation: user.activation }
      : layer;
  });
}

/** Which models the training graph can serve, and how it sees them. */
import type { LayersModel } from '@tensorflow/tfjs-node';
import type { Activation, Chain, ChainLayer, Ending } from '../../networks/graph/dense-layers';

/**
 * The model as a chain of dense layers and dropouts; undefined where it is anything else: another layer, a frozen or
 * regularised weight, an output that is not one sigmoid unit or a softmax.
 */
export function chainOf(model: LayersModel): Chain | undefined {
  if (model.getClassName() !== 'Sequential' || !model.trainable) return undefined;
  const layers = model.layers.map(chainLayer);
  if (!layers.every((layer) => layer !== undefined)) return undefined;
  const chain = layers.filter((layer) => layer !== 'flatten');
  const [hidden, last] = [chain.slice(0, -1), chain.at(-1)];
  if (last?.kind !== 'dense' || !isEnding(last)) return undefined;
  if (!hidden.every((layer): layer is ChainLayer => layer.kind === 'dropout' || isInner(layer.activation)))
    return undefined;
  return { hidden, last: { inputs: last.inputs, units: last.units, ending: last.activation } };
}

type Dense = { kind: 'dense'; inputs: number; units: number; activation: Activation | Ending };

function chainLayer(layer: LayersModel['layers'][number]): Dense | ChainLayer | 'flatten' | undefined {
  const config = layer.getConfig();
  switch (layer.getClassName()) {
    case 'Flatten':
      return config.dataFormat === 'channelsFirst' ? undefined : 'flatten';
    case 'Dropout':
      if (config.noiseShape) return undefined;
      return { kind: 'dropout', rate: config.rate as number };
    case 'Dense': {
      const special = ['kernelRegularizer', 'biasRegularizer', 'activityRegularizer', 'kernelConstraint'];
      if ([...special, 'biasConstraint'].some((key) => config[key]) || !config.useBias || !layer.trainable)
        return undefined;
      // Rows of more than one axis would be mapped one by one.
      if ((layer.inboundNodes[0]!.inputShapes[0] as number[]).length !== 2) return undefined;
      const [kernel, bias] = layer.getWeights();
      if (kernel?.dtype !== 'float32' || bias?.dtype !== 'float32') return undefined;
      const [inputs, units] = kernel.shape as [number, number];
      return { kind: 'dense', inputs, units, activation: config.activation as Activation | Ending };
    }
    default:
      return undefined;
  }
}

function isEnding(layer: Dense): layer is Dense & { activation: Ending } {
  return layer.activation === 'softmax'
    ? layer.units > 1
    : layer.activation === 'sigmoid' && layer.units === 1;
}

function isInner(activation: string): activation is Activation {
  return ['linear', 'relu', 'sigmoid', 'tanh'].includes(activation);
}

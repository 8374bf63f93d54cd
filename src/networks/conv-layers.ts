/** A model's layers as plain data, for what computes them itself. */
import type { LayersModel } from '@tensorflow/tfjs-node';
import type { Activation, ConvLayer } from './graph/conv-graph';
import type { Sides } from './graph/operations';

/** The model's layers, each after those that it takes its input from; undefined where there are others. */
export function convLayers(model: LayersModel): ConvLayer[] | undefined {
  const layers = model.layers.filter((layer) => layer.getClassName() !== 'InputLayer');
  if (layers.length === 0 || model.inputs.length !== 1 || model.outputs.length !== 1) return undefined;
  if (model.outputs[0]!.sourceLayer !== layers.at(-1)) return undefined;
  const known = layers.map((layer, at) => {
    const sources = layer.inboundNodes.length === 1 ? layer.inboundNodes[0]!.inboundLayers : [];
    const from = sources.map((source) => layers.indexOf(source));
    // Inputs of this model are pixels; a layer of another model would be one that is not here.
    const isPixels = sources.map((source) => source.getClassName() === 'InputLayer');
    const isKnown = from.every((place, i) => (place === -1 ? isPixels[i] : place < at));
    const computed = convLayer(layer);
    if (!computed || !isKnown || from.length !== (computed.kind === 'sum' ? 2 : 1)) return undefined;
    return { ...computed, from };
  });
  return known.every((layer) => layer !== undefined) ? known : undefined;
}

type Computed = ConvLayer extends infer L ? (L extends ConvLayer ? Omit<L, 'from'> : never) : never;

function convLayer(layer: LayersModel['layers'][number]): Computed | undefined {
  const { dataFormat, activation, useBias, strides, padding, dilationRate, poolSize } = layer.getConfig();
  const kind = layer.getClassName();
  if (kind === 'Add') return { kind: 'sum' };
  if (kind === 'Activation')
    return activation === 'relu' || activation === 'relu6' ? { kind: 'activation', activation } : undefined;
  if (dataFormat !== 'channelsLast') return undefined;
  if (kind === 'GlobalAveragePooling2D') return { kind: 'mean' };
  const common = {
    strides: strides as unknown as Sides,
    padding: padding === 'same' ? ('SAME' as const) : ('VALID' as const),
  };
  if (kind === 'MaxPooling2D') return { kind: 'max pooling', size: poolSize as unknown as Sides, ...common };
  const kernel = layer.getWeights()[0];
  if ((kind !== 'Conv2D' && kind !== 'DepthwiseConv2D') || kernel?.dtype !== 'float32') return undefined;
  if (!isActivation(activation)) return undefined;
  const dilations = dilationRate as unknown as Sides;
  return {
    kind: kind === 'Conv2D' ? 'convolution' : 'depthwise convolution',
    kernel: kernel.shape,
    bias: Boolean(useBias),
    activation,
    dilations,
    ...common,
  };
}

function isActivation(name: unknown): name is Activation {
  return name === 'relu' || name === 'relu6' || name === 'linear';
}

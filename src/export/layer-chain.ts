/** Models behind one another, as the JSON of their layers. */
import type { io } from '@tensorflow/tfjs';
import { problem, show } from '../check';

/** A layer as Keras' JSON has it; `inbound_nodes`: for each call, for each input, `[layer, call, output, options]`. */
export interface LayerJson {
  class_name: string;
  name: string;
  config: Record<string, unknown>;
  inbound_nodes: NodeInput[][];
}
type NodeInput = [string, number, number, object?];

/** Layers of a model, where its pixels or features come in, and where its predictions come out. */
export interface Chain {
  layers: LayerJson[];
  input: string | undefined;
  output: NodeInput;
}

/** The layers of a model, as `model.save` describes it. */
export function layersOf({ modelTopology }: io.ModelArtifacts): Chain {
  const { class_name, config } = modelTopology as {
    class_name: string;
    config: { layers: LayerJson[]; input_layers: NodeInput[]; output_layers: NodeInput[] };
  };
  if (class_name === 'Sequential') return chained(config.layers);
  return { layers: config.layers, input: config.input_layers[0]![0], output: config.output_layers[0]! };
}

/** A Sequential model's layers, which have no `inbound_nodes`, as those of a Functional one. */
export function chained(layers: LayerJson[]): Chain {
  const names = layers.map(({ config }) => config.name as string);
  const isInput = layers[0]!.class_name === 'InputLayer';
  const linked = layers.map(({ class_name, config }, i): LayerJson => {
    const { batch_input_shape: _, ...rest } = config;
    const from = names[i - 1] ?? fromOutside;
    return {
      class_name,
      name: names[i]!,
      config: class_name === 'InputLayer' ? config : rest,
      inbound_nodes: class_name === 'InputLayer' ? [] : [[[from, 0, 0, {}]]],
    };
  });
  return {
    layers: linked,
    input: isInput ? names[0] : fromOutside,
    output: [names[names.length - 1]!, 0, 0],
  };
}

/** Stands for what comes before a Sequential model that has no input layer. */
const fromOutside = '(before)';

/** `second` after `first`: what came from the second's input comes from the first's output. */
export function joined(first: Chain, second: Chain): Chain {
  const layers = second.layers
    .filter(({ name }) => name !== second.input)
    .map((layer) => ({
      ...layer,
      inbound_nodes: layer.inbound_nodes.map((call) =>
        call.map(
          ([name, node, output, options]): NodeInput =>
            name === second.input
              ? [first.output[0], first.output[1], first.output[2], options ?? {}]
              : [name, node, output, options ?? {}],
        ),
      ),
    }));
  return { layers: [...first.layers, ...layers], input: first.input, output: second.output };
}

/**
 * The same layers, with relu6 as Keras' `ReLU` of `max_value: 6`: the same numbers. TensorFlow.js' activation of that name
 * takes the minimum with a constant, which on WebAssembly takes longer than the depthwise convolutions.
 */
export function withFastRelu6(layers: LayerJson[]): LayerJson[] {
  return layers.map((layer) => {
    const { activation, ...config } = layer.config;
    if (layer.class_name !== 'Activation' || activation !== 'relu6') return layer;
    return { ...layer, class_name: 'ReLU', config: { ...config, max_value: 6 } };
  });
}

/** Throws where two layers have one name: a Functional model tells them by it. */
export function checkNames(layers: LayerJson[]): void {
  const names = layers.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice === undefined) return;
  throw problem({
    where: 'the base and the head in one model',
    expected: 'layers with names of their own',
    found: `two called ${show(twice)}`,
    next: 'Give the layers of your base other names with `name`.',
  });
}

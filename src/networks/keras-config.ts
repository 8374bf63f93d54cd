/**
 * A model's structure in Keras' own form (`model_config` of an `.h5` file), written and read. Only what TensorFlow.js and
 * Keras compute alike passes: everything else is refused by name.
 */
import type { LayersModel } from '@tensorflow/tfjs-node';
import { problem, show } from '../check';
import { tf } from '../tensorflow';

/** What Keras writes as `model_config`. */
export interface KerasConfig {
  class_name: string;
  config: Record<string, unknown>;
}

type Config = Record<string, unknown>;

interface ConfigLayer {
  class_name: string;
  name?: string;
  config: Config;
  inbound_nodes?: unknown[];
}

/** The layers that TensorFlow.js computes as Keras does, each with the keys of its config that count. */
const layerKeys: Record<string, readonly string[]> = {
  InputLayer: ['batch_input_shape'],
  Activation: ['activation'],
  Add: [],
  Average: [],
  AveragePooling2D: ['pool_size', 'strides', 'padding', 'data_format'],
  BatchNormalization: ['axis', 'momentum', 'epsilon', 'center', 'scale', ...keysFor('beta', 'gamma')],
  Concatenate: ['axis'],
  Conv2D: [
    'filters',
    'kernel_size',
    'strides',
    'padding',
    'data_format',
    'dilation_rate',
    'activation',
    'use_bias',
    ...keysFor('kernel', 'bias'),
  ],
  Dense: ['units', 'activation', 'use_bias', ...keysFor('kernel', 'bias')],
  DepthwiseConv2D: [
    ...[
      'kernel_size',
      'strides',
      'padding',
      'depth_multiplier',
      'data_format',
      'dilation_rate',
      'activation',
    ],
    ...['use_bias', ...keysFor('depthwise', 'bias')],
  ],
  Dropout: ['rate', 'noise_shape'],
  ELU: ['alpha'],
  Flatten: ['data_format'],
  GaussianDropout: ['rate'],
  GaussianNoise: ['stddev'],
  GlobalAveragePooling2D: ['data_format'],
  GlobalMaxPooling2D: ['data_format'],
  LayerNormalization: ['axis', 'epsilon', 'center', 'scale', ...keysFor('beta', 'gamma')],
  LeakyReLU: ['alpha'],
  Maximum: [],
  MaxPooling2D: ['pool_size', 'strides', 'padding', 'data_format'],
  Multiply: [],
  ReLU: ['max_value'],
  Rescaling: ['scale', 'offset'],
  Reshape: ['target_shape'],
  Softmax: ['axis'],
  ZeroPadding2D: ['padding', 'data_format'],
};

/** Keys that mean nothing at these values, and something that TensorFlow.js does not compute at others. */
const inert: Record<string, unknown> = {
  groups: 1,
  keepdims: false,
  negative_slope: 0,
  optional: false,
  ragged: false,
  renorm: false,
  rms_scaling: false,
  sparse: false,
  synchronized: false,
  threshold: 0,
};

/** Keys that change no prediction and no gradient. */
const ignored = /^(name|trainable|dtype|seed|build_config|module|registered_name|renorm_momentum)$/;

/** Activations that TensorFlow.js and Keras 2 and 3 compute alike. `hard_sigmoid` differs between Keras 2 and 3. */
const activations = [
  'elu',
  'gelu',
  'linear',
  'relu',
  'relu6',
  'selu',
  'sigmoid',
  'softmax',
  'softplus',
  'softsign',
  'swish',
  'tanh',
];

const constraints = ['MaxNorm', 'MinMaxNorm', 'NonNeg', 'UnitNorm'];

/**
 * The structure of a model as Keras 2 and Keras 3 read it.
 *
 * @param where the model's name in messages.
 * @throws LittleDataError where the model holds something that Keras does not compute in the same way.
 */
export function kerasConfigOf(model: LayersModel, where: string): KerasConfig {
  const kind = model.getClassName();
  if (kind !== 'Sequential' && kind !== 'Model' && kind !== 'Functional')
    throw notKept(where, `a model of the class ${kind}`);
  const { config } = model.toJSON(null, false) as unknown as { config: Config & { layers: ConfigLayer[] } };
  const layers = config.layers.map((layer) => ({
    ...layer,
    config: commonConfig(layer, where),
  }));
  if (kind !== 'Sequential') return { class_name: 'Functional', config: { ...config, layers } };
  // Keras 3 takes the shape of a Sequential model's input from a layer of its own.
  const first = layers[0]!;
  const { batch_input_shape, ...rest } = first.config;
  const input = { batch_input_shape, dtype: 'float32', sparse: false, name: `${String(rest.name)}_input` };
  const all =
    first.class_name === 'InputLayer'
      ? layers
      : [{ class_name: 'InputLayer', config: input }, { ...first, config: rest }, ...layers.slice(1)];
  return { class_name: 'Sequential', config: { name: config.name, layers: all } };
}

/**
 * Builds the model that a `model_config` of Keras 2 or Keras 3 describes. Its weights are not set. The caller disposes it.
 *
 * @param where the file's name in messages.
 * @throws LittleDataError where TensorFlow.js does not compute a layer as Keras does.
 */
export async function modelOfKerasConfig(given: unknown, where: string): Promise<LayersModel> {
  const { class_name: kind, config } = checkedConfig(given, where);
  const layers = config.layers.map((layer) => ({
    ...layer,
    config: { ...commonConfig(layer, where), ...drawNothing(layer.config) },
    ...(layer.inbound_nodes && { inbound_nodes: layer.inbound_nodes.map((node) => oldNode(node, where)) }),
  }));
  const built =
    kind === 'Sequential'
      ? { class_name: kind, config: { name: config.name, layers: withInputShape(layers) } }
      : {
          class_name: 'Model',
          config: {
            ...config,
            layers,
            input_layers: oldEnds(config.input_layers),
            output_layers: oldEnds(config.output_layers),
          },
        };
  try {
    return await tf.loadLayersModel(tf.io.fromMemory({ modelTopology: built }));
  } catch (error) {
    throw notRead(where, `a structure that cannot be built (${(error as Error).message})`);
  }
}

function checkedConfig(
  given: unknown,
  where: string,
): { class_name: string; config: Config & { layers: ConfigLayer[] } } {
  const { class_name: kind, config } = (given ?? {}) as Partial<KerasConfig>;
  if (kind !== 'Sequential' && kind !== 'Functional' && kind !== 'Model')
    throw notRead(where, kind === undefined ? 'no class of a model' : `a model of the class ${show(kind)}`);
  const layers = config?.layers;
  const isLayer = (layer: unknown) =>
    typeof (layer as ConfigLayer)?.class_name === 'string' &&
    typeof (layer as ConfigLayer).config === 'object';
  if (!Array.isArray(layers) || layers.length === 0 || !layers.every(isLayer))
    throw notRead(where, 'no list of layers');
  return { class_name: kind, config: config as Config & { layers: ConfigLayer[] } };
}

/** A layer's config in the form that Keras 2, Keras 3 and TensorFlow.js share. Throws for all that one of them lacks. */
function commonConfig({ class_name: kind, config }: ConfigLayer, where: string): Config {
  const name = String(config.name ?? kind);
  const keys = layerKeys[kind];
  if (!keys) throw notKept(where, `the layer "${name}" of the class ${kind}`);
  const common: Config = { name, trainable: config.trainable ?? true };
  for (const [key, value] of Object.entries(renamed(kind, config))) {
    if (keys.includes(key) || key === 'batch_input_shape')
      common[key] = commonValue(key, value, { name, where });
    else if (/_initializer$/.test(key)) common[key] = value;
    else if (value != null && !(key in inert ? value === inert[key] : ignored.test(key)))
      throw notKept(where, `the layer "${name}" with ${key}: ${JSON.stringify(value)}`);
  }
  const dtype =
    (config.dtype as { config?: { name?: unknown } } | null)?.config?.name ?? config.dtype ?? 'float32';
  if (dtype !== 'float32') throw notKept(where, `the layer "${name}" in ${show(dtype)}`);
  return withoutUnset(kind === 'InputLayer' ? { ...common, dtype, sparse: false } : common);
}

/** Keras 3 has new names for some keys. */
function renamed(kind: string, config: Config): Config {
  const { batch_shape: shape, ...rest } = config;
  const all = shape === undefined ? rest : { ...rest, batch_input_shape: shape };
  if (kind !== 'LeakyReLU' || !('negative_slope' in all)) return all;
  const { negative_slope: alpha, ...others } = all;
  return { ...others, alpha };
}

function commonValue(key: string, value: unknown, at: { name: string; where: string }): unknown {
  const refuse = () => notKept(at.where, `the layer "${at.name}" with ${key}: ${JSON.stringify(value)}`);
  if (key === 'activation') {
    // Keras 3 calls it silu, and TensorFlow.js writes no name for none.
    const activation = value === 'silu' ? 'swish' : (value ?? 'linear');
    if (!activations.includes(activation as string)) throw refuse();
    return activation;
  }
  if (value === null || value === undefined) return value;
  // Keras 2 writes the one axis of a batch norm as a list.
  if (key === 'axis' && Array.isArray(value) && value.length === 1) return value[0];
  if ((key === 'scale' || key === 'offset') && Array.isArray(value)) throw refuse();
  if (/_regularizer$/.test(key)) {
    const { class_name: kind, config = {} } = value as { class_name?: string; config?: Config };
    if (!['L1', 'L2', 'L1L2'].includes(kind!)) throw refuse();
    return { class_name: 'L1L2', config: { l1: config.l1 ?? 0, l2: config.l2 ?? 0 } };
  }
  if (/_constraint$/.test(key)) {
    const { class_name: kind, config } = value as { class_name?: string; config?: Config };
    if (!constraints.includes(kind!)) throw refuse();
    return { class_name: kind, config };
  }
  return value;
}

/** Zeros in place of random numbers, which weights replace. */
function drawNothing(config: Config): Config {
  const drawn = Object.keys(config).filter((key) => /_initializer$/.test(key));
  return Object.fromEntries(drawn.map((key) => [key, { class_name: 'Zeros', config: {} }]));
}

function withoutUnset(config: Config): Config {
  return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined));
}

/** TensorFlow.js takes the shape of a Sequential model's input from its first layer. */
function withInputShape(layers: ConfigLayer[]): ConfigLayer[] {
  const [input, first, ...rest] = layers;
  if (input?.class_name !== 'InputLayer' || !first) return layers;
  const { batch_input_shape, dtype } = input.config;
  return [{ ...first, config: { ...first.config, batch_input_shape, dtype } }, ...rest];
}

/** `[[name, node, tensor, {}], ...]` of Keras 2, from the same or from Keras 3's `{ args, kwargs }`. */
function oldNode(node: unknown, where: string): unknown {
  if (Array.isArray(node)) return node;
  const { args, kwargs = {} } = node as { args?: unknown[]; kwargs?: Config };
  const tensors = [args?.[0]].flat() as { class_name?: string; config?: { keras_history?: unknown[] } }[];
  const histories = tensors.map((tensor) => tensor?.config?.keras_history);
  const isPlain =
    args?.length === 1 && Object.values(kwargs).every((value) => value === null || value === false);
  if (!isPlain || !histories.every(Array.isArray))
    throw notRead(where, 'a layer that is called with more than tensors');
  return histories.map((history) => [...history!, {}]);
}

/** `[[name, node, tensor]]`, from the same or from Keras 3's `[name, node, tensor]` of a single one. */
function oldEnds(ends: unknown): unknown {
  return Array.isArray(ends) && typeof ends[0] === 'string' ? [ends] : ends;
}

function keysFor(...weights: string[]): string[] {
  return weights.flatMap((weight) => [`${weight}_regularizer`, `${weight}_constraint`]);
}

function notKept(where: string, found: string): Error {
  return problem({
    where,
    expected: 'a model that Keras and TensorFlow.js compute alike',
    found,
    next: `Build the model without it. These layers can be used: ${Object.keys(layerKeys).slice(1).join(', ')}.`,
  });
}

function notRead(where: string, found: string): Error {
  return problem({
    where,
    expected: "the structure of a model as Keras' `model.save('name.h5')` writes it",
    found,
    next: 'The file is damaged, or holds another kind of model. Save it again.',
  });
}

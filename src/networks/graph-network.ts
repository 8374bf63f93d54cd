/** The convolutional base as one TensorFlow graph: faster than layer by layer, and in bfloat16 where asked for. */
import fs from 'node:fs';
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import { checkKeys, checkOneOf, problem } from '../check';
import { processState } from '../state';
import { backend } from '../tensorflow';
import { convLayers } from './conv-layers';
import { type ConvLayer, convGraph, type Precision } from './graph/conv-graph';
import { type LoadedGraph, loadGraph } from './graph/saved-model';

export type { Precision } from './graph/conv-graph';

/** A network that TensorFlow runs as one graph, with the weights that the model has at the time of the call. */
export interface GraphNetwork {
  /** The model's output for pixels float32 `[n, height, width, channels]`; the caller disposes it. */
  run(x: Tensor): Promise<Tensor>;
  /** Frees the graph; the model stays as it is, and a later `graphNetwork` loads it again. */
  dispose(): void;
}

/**
 * The graph of a model: loaded once a model and precision, freed by `dispose` or with the model.
 *
 * @param model layers `Conv2D` and `DepthwiseConv2D` (relu, relu6 or linear, channels last), `Activation` (relu, relu6), `Add` of two,
 *   `MaxPooling2D` and `GlobalAveragePooling2D`, such as VGG16 and EfficientNet-Lite.
 * @param options `precision`: `'float32'` gives what `model.predict` gives (the default); `'bfloat16'` is about twice
 *   as fast and moves VGG16's features by some 4e-3 of their size.
 * @returns undefined where the model has other layers or TensorFlow runs as WebAssembly: `model.predict` serves then.
 * @throws where bfloat16 is asked for and can't be had.
 */
export async function graphNetwork(
  model: LayersModel,
  options: { precision?: Precision } = {},
): Promise<GraphNetwork | undefined> {
  checkKeys('graphNetwork', options, ['precision']);
  const precision = checkOneOf<Precision>('precision', options.precision ?? 'float32', [
    'float32',
    'bfloat16',
  ]);
  const layers = backend === 'tensorflow' ? convLayers(model) : undefined;
  if (precision === 'bfloat16') checkBfloat16(layers);
  if (!layers) return undefined;
  const networks = loadedNetworks().get(model) ?? new Map<Precision, Promise<GraphNetwork>>();
  loadedNetworks().set(model, networks);
  const network = networks.get(precision) ?? load(model, { layers, precision });
  networks.set(precision, network);
  try {
    return await network;
  } catch (error) {
    networks.delete(precision);
    throw error;
  }
}

/** True where the processor multiplies bfloat16 numbers (AVX-512 BF16 or AMX, found on Linux only). */
export function hasBfloat16(): boolean {
  if (process.platform !== 'linux') return false;
  try {
    return /^flags\s*:.*\b(avx512_bf16|amx_bf16)\b/m.test(fs.readFileSync('/proc/cpuinfo', 'utf8'));
  } catch {
    return false;
  }
}

function checkBfloat16(layers: ConvLayer[] | undefined): void {
  const found =
    backend !== 'tensorflow'
      ? 'TensorFlow as WebAssembly'
      : !layers?.every(({ kind }) => kind === 'convolution' || kind === 'max pooling')
        ? 'a model with other layers than convolutions and maxima'
        : hasBfloat16()
          ? undefined
          : 'a processor without bfloat16 (avx512_bf16 or amx_bf16)';
  if (!found) return;
  throw problem({
    where: "`precision: 'bfloat16'`",
    expected: 'the native TensorFlow, a network like VGG16, and a processor that computes in bfloat16',
    found,
    next: "Leave `precision` out, or pass 'float32': slower, and exact.",
  });
}

async function load(
  model: LayersModel,
  { layers, precision }: { layers: ConvLayer[]; precision: Precision },
): Promise<GraphNetwork> {
  const graph = await loadGraph(convGraph(layers, { precision }));
  abandoned().register(model, graph, graph);
  return {
    async run(x) {
      // Not `model.getWeights()`, which has those of frozen layers last.
      const weights = model.layers.flatMap((layer) => layer.getWeights());
      const named = weights.map((weight, i) => [`w${i}`, weight] as const);
      return graph.run('run', { x, ...Object.fromEntries(named) }).y!;
    },
    dispose() {
      if (!loadedNetworks().get(model)?.delete(precision)) return;
      abandoned().unregister(graph);
      graph.dispose();
    },
  };
}

function loadedNetworks(): WeakMap<LayersModel, Map<Precision, Promise<GraphNetwork>>> {
  return processState('graphNetworks', () => new WeakMap());
}

/** Frees the graphs of models that were garbage-collected. */
function abandoned(): FinalizationRegistry<LoadedGraph> {
  return processState(
    'abandonedGraphs',
    () => new FinalizationRegistry<LoadedGraph>((graph) => graph.dispose()),
  );
}

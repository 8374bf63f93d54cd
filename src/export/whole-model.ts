/** Preprocessing, convolutional base and head as one model from pixels to probabilities, in TensorFlow.js' own format. */
import type { io } from '@tensorflow/tfjs';
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import { problem, show } from '../check';
import type { Predictor } from '../head/prediction/predictor';
import type { Interpolation } from '../images/resize-photo';
import { seededRandom } from '../random';
import { tf } from '../tensorflow';
import { attributionOf } from './attribution';
import { type PixelConvolution, pixelConvolution } from './pixel-convolution';

/** What stands in the model's `userDefinedMetadata`. */
export interface ModelNotes {
  /** In the order of their labels. */
  classNames: string[];
  /** `[height, width]` that a photo is resized to before the model sees it. */
  targetSize: [number, number];
  /** How, by Pillow's filter of this name (`'area'` is its `BOX`). */
  interpolation: Interpolation;
  /** The fraction of the photo's centre, in the proportions of `targetSize`, that is kept before; missing where it is all of it. */
  cropFraction?: number;
  /** Whether a photo is turned upright by its EXIF orientation first. */
  exifOrientation: 'apply' | 'ignore';
  /** Who made the weights of the base, where their licence asks to say so. */
  attribution?: string;
}

/** A model as `tf.io` hands it over: JSON, and all weights in one piece. */
export interface WholeModel {
  modelTopology: object;
  weightSpecs: io.WeightsManifestEntry[];
  weightData: ArrayBuffer;
  format: 'layers-model';
  generatedBy: string;
  convertedBy: null;
  userDefinedMetadata: ModelNotes & Record<string, unknown>;
}

/**
 * One LayersModel of standard layers: float32 `[n, height, width, 3]`, RGB 0..255, in, the head's probabilities out.
 * It is loaded and compared with `base` and `head` before it is given back; neither is changed.
 *
 * @throws where the preprocessing is no convolution, the layers of `base` and `head` share a name, or the copy predicts otherwise.
 */
export async function wholeModel(predictor: Predictor): Promise<WholeModel> {
  const { base, head, recipe, classIndices } = predictor;
  const attribution = attributionOf(base);
  const convolution = pixelConvolution(recipe.preprocessing);
  const parts = [await artifactsOf(base), await artifactsOf(head)];
  const chain = [preparation(recipe.targetSize, convolution), ...parts.map(layersOf)].reduce(joined);
  checkNames(chain.layers);
  const { kernel, bias } = convolution;
  const whole: WholeModel = {
    modelTopology: {
      class_name: 'Functional',
      config: {
        name: 'photo_classifier',
        trainable: true,
        layers: chain.layers,
        input_layers: [['photo', 0, 0]],
        output_layers: [chain.output],
      },
      keras_version: `tfjs-layers ${tf.version.tfjs}`,
      backend: 'tensor_flow.js',
    },
    weightSpecs: [
      { name: 'preprocessing/kernel', shape: [1, 1, 3, 3], dtype: 'float32' },
      { name: 'preprocessing/bias', shape: [3], dtype: 'float32' },
      ...parts.flatMap((part) => part.weightSpecs!),
    ],
    weightData: await new Blob([
      kernel as BlobPart,
      bias as BlobPart,
      ...parts.flatMap((part) => part.weightData as ArrayBuffer),
    ]).arrayBuffer(),
    format: 'layers-model',
    generatedBy: `TensorFlow.js tfjs-layers v${tf.version.tfjs}`,
    convertedBy: null,
    userDefinedMetadata: {
      classNames: Object.keys(classIndices).sort((a, b) => classIndices[a]! - classIndices[b]!),
      targetSize: recipe.targetSize,
      interpolation: recipe.resampling,
      ...(recipe.cropFraction !== undefined && { cropFraction: recipe.cropFraction }),
      exifOrientation: recipe.exifOrientation,
      ...(attribution !== undefined && { attribution }),
    },
  };
  await checkAnswers(whole, predictor, convolution);
  return whole;
}

/** A layer as Keras' JSON has it; `inbound_nodes`: for each call, for each input, `[layer, call, output, options]`. */
interface LayerJson {
  class_name: string;
  name: string;
  config: Record<string, unknown>;
  inbound_nodes: NodeInput[][];
}
type NodeInput = [string, number, number, object?];

/** Layers of a model, where its pixels or features come in, and where its predictions come out. */
interface Chain {
  layers: LayerJson[];
  input: string | undefined;
  output: NodeInput;
}

async function artifactsOf(model: LayersModel): Promise<io.ModelArtifacts> {
  let taken: io.ModelArtifacts | undefined;
  await model.save(
    tf.io.withSaveHandler(async (artifacts) => {
      taken = artifacts;
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' as const } };
    }),
  );
  return taken!;
}

/** The input and the convolution that prepares pixels. */
function preparation([height, width]: readonly [number, number], { kernel, bias }: PixelConvolution): Chain {
  const photo = tf.layers.inputLayer({ inputShape: [height, width, 3], dtype: 'float32', name: 'photo' });
  const [filters, channels] = [bias.length, kernel.length / bias.length];
  const layer = tf.layers.conv2d({
    filters,
    kernelSize: 1,
    inputShape: [height, width, channels],
    trainable: false,
    name: 'preprocessing',
  });
  const model = tf.sequential({ layers: [photo, layer] });
  const { config } = model.toJSON(null, false) as unknown as { config: { layers: LayerJson[] } };
  model.dispose();
  return chained(config.layers);
}

function layersOf({ modelTopology }: io.ModelArtifacts): Chain {
  const { class_name, config } = modelTopology as {
    class_name: string;
    config: { layers: LayerJson[]; input_layers: NodeInput[]; output_layers: NodeInput[] };
  };
  if (class_name === 'Sequential') return chained(config.layers);
  return { layers: config.layers, input: config.input_layers[0]![0], output: config.output_layers[0]! };
}

/** A Sequential model's layers, which have no `inbound_nodes`, as those of a Functional one. */
function chained(layers: LayerJson[]): Chain {
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
function joined(first: Chain, second: Chain): Chain {
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

function checkNames(layers: LayerJson[]): void {
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

/** The copy must predict for noise as base and head do. */
async function checkAnswers(whole: WholeModel, { base, head, recipe }: Predictor, pixels: PixelConvolution) {
  const random = seededRandom(1);
  const shape: [number, number, number, number] = [1, ...recipe.targetSize, 3];
  const copy = await tf.loadLayersModel(tf.io.fromMemory(whole)).catch((error: Error) => {
    throw notTheSame(`one that TensorFlow.js refuses (${error.message})`);
  });
  const difference = tf.tidy(() => {
    const noise = Float32Array.from({ length: shape[1] * shape[2] * 3 }, () => Math.floor(random() * 256));
    const photo = tf.tensor4d(noise, shape);
    const prepared = tf.conv2d(photo, tf.tensor4d(pixels.kernel, [1, 1, 3, 3]), 1, 'same').add(pixels.bias);
    const expected = head.predict(base.predict(prepared) as Tensor) as Tensor;
    return (copy.predict(photo) as Tensor).sub(expected).abs().max().dataSync()[0]!;
  });
  copy.dispose();
  if (!(difference <= 1e-5)) throw notTheSame(`one that is ${difference} off`);
}

function notTheSame(found: string): Error {
  return problem({
    where: 'the base and the head in one model',
    expected: 'one that predicts as they do',
    found,
    next: 'Export a base of standard layers that take one input and give one output.',
  });
}

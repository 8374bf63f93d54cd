/** Preprocessing, convolutional base and head as one model from pixels to probabilities, in TensorFlow.js' own format. */
import type { Tensor } from '@tensorflow/tfjs-node';
import { problem } from '../check';
import { headMetadata } from '../head/head-metadata';
import type { Predictor } from '../head/prediction/predictor';
import { probabilitiesOf } from '../head/probabilities';
import type { Interpolation } from '../images/resize-photo';
import type { Evaluation } from '../insight/evaluation';
import type { FamiliarRows } from '../numerics/familiar-rows';
import { seededRandom } from '../random';
import { tf } from '../tensorflow';
import { attributionOf } from './attribution';
import { divideLogits } from './divide-logits';
import { type EvaluationNote, evaluationNote } from './evaluation-note';
import { type Chain, chained, checkNames, joined, type LayerJson, withFastRelu6 } from './layer-chain';
import { joinedBytes, modelPart } from './model-part';
import { packWeights, type WeightPrecision, type Weights } from './pack-weights';
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
  /** Below this probability of its class, 0..1, a prediction is unsure; missing where the head was not calibrated. */
  threshold?: number;
  /** How good the head is on photos that it was not trained on, where that was given. */
  evaluation?: EvaluationNote;
  /** Who made the weights of the base, where their licence asks to say so. */
  attribution?: string;
}

/** What the head was trained on, and where its features come out in the model. */
export interface FamiliarFeatures extends FamiliarRows {
  /** The last layer of the base, and which call of it. */
  layer: string;
  node: number;
}

/** A model as `tf.io` hands it over: JSON, and all weights in one piece. */
export interface WholeModel extends Weights {
  modelTopology: object;
  format: 'layers-model';
  generatedBy: string;
  convertedBy: null;
  userDefinedMetadata: ModelNotes & Record<string, unknown>;
  /** Only of a head that `flagUnlike` has seen. */
  familiar?: FamiliarFeatures;
}

/**
 * One LayersModel of standard layers: float32 `[n, height, width, 3]`, RGB 0..255, in, the head's probabilities out, calibrated where
 * it was.
 * It is loaded and compared with `base` and `head` before it is given back; neither is changed.
 *
 * @param options `precision` of the weights, where those of the preprocessing are float32 in any case; `evaluation` of the head.
 * @throws where the preprocessing is no convolution, the layers of `base` and `head` share a name, a weight is beyond float16,
 *   or the copy predicts otherwise.
 */
export async function wholeModel(
  predictor: Predictor,
  { precision, evaluation }: { precision: WeightPrecision; evaluation?: Evaluation | undefined },
): Promise<WholeModel> {
  const { base, head, recipe, classIndices } = predictor;
  const classNames = Object.keys(classIndices).sort((a, b) => classIndices[a]! - classIndices[b]!);
  const note = evaluation && evaluationNote(evaluation, classNames);
  const attribution = attributionOf(base);
  const convolution = pixelConvolution(recipe.preprocessing);
  const { calibration, familiar } = headMetadata(head);
  const [first, last] = [await modelPart(base), await modelPart(head)];
  const chain = [preparation(recipe.targetSize, convolution), first.chain, last.chain].reduce(joined);
  checkNames(chain.layers);
  const own = calibration ? divideLogits(last, calibration) : last.weights;
  const weights: Weights = {
    weightSpecs: [...first.weights.weightSpecs, ...own.weightSpecs],
    weightData: await joinedBytes([first.weights.weightData, own.weightData]),
  };
  const described = {
    modelTopology: {
      class_name: 'Functional',
      config: {
        name: 'photo_classifier',
        trainable: true,
        layers: withFastRelu6(chain.layers),
        input_layers: [['photo', 0, 0]],
        output_layers: [chain.output],
      },
      keras_version: `tfjs-layers ${tf.version.tfjs}`,
      backend: 'tensor_flow.js',
    },
    format: 'layers-model' as const,
    generatedBy: `TensorFlow.js tfjs-layers v${tf.version.tfjs}`,
    convertedBy: null,
    ...(familiar && { familiar: { ...familiar, layer: first.chain.output[0], node: first.chain.output[1] } }),
    userDefinedMetadata: {
      classNames,
      targetSize: recipe.targetSize,
      interpolation: recipe.resampling,
      ...(recipe.cropFraction !== undefined && { cropFraction: recipe.cropFraction }),
      exifOrientation: recipe.exifOrientation,
      ...(calibration && { threshold: calibration.threshold }),
      ...(note && { evaluation: note }),
      ...(attribution !== undefined && { attribution }),
    },
  };
  // Nothing is rounded: what is left are float32 sums in another order.
  const exact = { ...described, ...(await withPreparation(convolution, packWeights(weights, 'float32'))) };
  await checkAnswers(exact, predictor, { convolution, tolerance: 1e-5 });
  if (precision === 'float32') return exact;
  const rounded = { ...described, ...(await withPreparation(convolution, packWeights(weights, precision))) };
  // Rounding moves each weight by up to 1/2048 of itself, and a probability by about a thousandth.
  await checkAnswers(rounded, predictor, { convolution, tolerance: 1e-2 });
  return rounded;
}

/** The weights of the preprocessing, then those of base and head. */
async function withPreparation({ kernel, bias }: PixelConvolution, rest: Weights): Promise<Weights> {
  return {
    weightSpecs: [
      { name: 'preprocessing/kernel', shape: [1, 1, 3, 3], dtype: 'float32' },
      { name: 'preprocessing/bias', shape: [3], dtype: 'float32' },
      ...rest.weightSpecs,
    ],
    weightData: await joinedBytes([kernel as BlobPart, bias as BlobPart, rest.weightData]),
  };
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

/** The copy, its weights decoded, must predict for noise as base and head do. */
async function checkAnswers(
  whole: WholeModel,
  { base, head, recipe }: Predictor,
  { convolution: { kernel, bias }, tolerance }: { convolution: PixelConvolution; tolerance: number },
) {
  const random = seededRandom(1);
  const shape: [number, number, number, number] = [1, ...recipe.targetSize, 3];
  const copy = await tf.loadLayersModel(tf.io.fromMemory(whole)).catch((error: Error) => {
    throw notTheSame(`one that TensorFlow.js refuses (${error.message})`);
  });
  const difference = tf.tidy(() => {
    const noise = Float32Array.from({ length: shape[1] * shape[2] * 3 }, () => Math.floor(random() * 256));
    const photo = tf.tensor4d(noise, shape);
    const prepared = tf.conv2d(photo, tf.tensor4d(kernel, [1, 1, 3, 3]), 1, 'same').add(bias);
    const expected = probabilitiesOf(head, base.predict(prepared) as Tensor);
    return (copy.predict(photo) as Tensor).sub(expected).abs().max().dataSync()[0]!;
  });
  copy.dispose();
  if (!(difference <= tolerance)) throw notTheSame(`one that is ${difference} off`);
}

function notTheSame(found: string): Error {
  return problem({
    where: 'the base and the head in one model',
    expected: 'one that predicts as they do',
    found,
    next: "Export a base of standard layers that take one input and give one output, and weights of `precision: 'float32'`.",
  });
}

/** Any model of Keras or TensorFlow.js as a base. */
import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-node';
import { checkKeys, checkNumber, checkOneOf, problem, show } from '../check';
import type { FlowOptions } from '../datasets/batches/directory-iterator';
import { type PreprocessingFunction, preprocessingName } from '../datasets/batches/preprocessing';
import { interpolations } from '../images/resize-photo';
import { resolvePath, shownPath } from '../paths';
import { tensorflowReady, tf } from '../tensorflow';
import { asBase, type Base } from './base';
import { checkDevice, type Device } from './gpu/device';
import { readModel } from './read-model';
import { withKerasSummary } from './summary';

/** The options of `loadBase`. */
export interface LoadBaseOptions {
  /** Factor of the pixels, 0..255. @default 1 */
  rescale?: number;
  /** Applied after `rescale`; named by `namePreprocessing`, as a head keeps the name. @default the pixels as they are */
  preprocessingFunction?: PreprocessingFunction;
  /** `[height, width]` of the photos that it was trained on. @default the model's own */
  targetSize?: readonly [number, number];
  /** How photos are resized. @default 'nearest' */
  interpolation?: FlowOptions['interpolation'];
  /** Whether the centre of a photo is taken in the target's proportions. @default 'none' */
  crop?: FlowOptions['crop'];
  /** With `crop: 'center'`: the fraction of the centre. @default 0.875 */
  cropFraction?: number;
  /** The layer whose output is the features, for a model with a top. @default the last one */
  layer?: string;
  /** `'gpu'`, `'cpu'`, or `'auto'`: which processor runs it over photos. @default that of LITTLE_DATA_BACKEND, else 'auto' */
  device?: Device;
}

/**
 * Loads a network as a base: a model that Keras saved (`.keras`, or `.h5` with its structure), or a `model.json` of TensorFlow.js with
 * its weights beside it. The base carries how its photos are prepared as `recommended`; features and heads keep that, and a head on its
 * features is used with `base`.
 *
 * @param file the path.
 * @param options `rescale`, `preprocessingFunction`, `targetSize`, `interpolation`, `crop`, `cropFraction`: as for `ImageDataGenerator` and
 *   `flowFromDirectory`; `layer`: the layer whose output is the features; `device` ('auto').
 * @returns the model: float32 `[n, height, width, 3]` in, features `[n, ...]` out. The caller disposes it.
 * @throws LittleDataError where the file is missing or damaged, holds weights only, a layer that TensorFlow.js does not compute as
 *   Keras does, or a model that takes no photos.
 * @example
 * ```ts
 * import { applications, loadBase } from 'little-data';
 * const { preprocessInput } = applications.mobilenetV2;
 * const options = { preprocessingFunction: preprocessInput, targetSize: [64, 64] } as const;
 * const base = await loadBase('network/model.json', options);
 * base.summary();
 * ```
 */
export async function loadBase(file: string, options: LoadBaseOptions = {}): Promise<Base> {
  checkKeys('loadBase', options, [
    ...[
      'rescale',
      'preprocessingFunction',
      'targetSize',
      'interpolation',
      'crop',
      'cropFraction',
      'layer',
      'device',
    ],
  ]);
  const device = checkDevice(options.device);
  const { rescale = 1, preprocessingFunction, interpolation = 'nearest', crop = 'none' } = options;
  checkNumber('rescale', rescale);
  checkOneOf('interpolation', interpolation, interpolations);
  checkOneOf('crop', crop, ['none', 'center']);
  const cropFraction = checkNumber('cropFraction', options.cropFraction ?? 0.875, { min: 0.01, max: 1 });
  if (preprocessingFunction !== undefined) checkNamed(preprocessingFunction);
  const place = resolvePath(file);
  await tensorflowReady();
  let model = await readModel(place);
  try {
    if (options.layer !== undefined) model = upTo(model, options.layer);
    const targetSize = checkPhotos(model, options.targetSize, shownPath(place));
    const recommended = {
      generator: { rescale, ...(preprocessingFunction && { preprocessingFunction }) },
      flow: { targetSize, interpolation, crop, cropFraction },
    };
    return asBase(withKerasSummary(model), { recommended, device });
  } catch (error) {
    model.dispose();
    throw error;
  }
}

function checkNamed(given: unknown): void {
  if (typeof given === 'function' && preprocessingName(given as PreprocessingFunction) !== undefined) return;
  throw problem({
    where: '`preprocessingFunction`',
    expected: "a function with a name, such as an application's `preprocessInput`",
    found: typeof given === 'function' ? 'a function without a name' : show(given),
    next: "Name yours: `namePreprocessing('mine', (x) => x.sub(127.5))`.",
  });
}

/** The part of a model that ends with a layer; the other layers are disposed. */
function upTo(model: LayersModel, name: string): LayersModel {
  const last = model.layers.find((layer) => layer.name === name);
  if (last) {
    const outputs = last.output as SymbolicTensor;
    const part = tf.model({ inputs: model.inputs, outputs, name: model.name });
    for (const layer of model.layers) if (!part.layers.includes(layer)) layer.dispose();
    return part;
  }
  throw problem({
    where: '`layer`',
    expected: 'the name of a layer of this model',
    found: show(name),
    next: `Its last ones: ${model.layers
      .slice(-8)
      .map((one) => one.name)
      .join(', ')}.`,
  });
}

/** The size of its photos. Throws where the model does not take RGB photos of that size, or has several inputs or outputs. */
function checkPhotos(
  { inputs, outputs }: LayersModel,
  targetSize: LoadBaseOptions['targetSize'],
  where: string,
): [number, number] {
  const [, height, width, channels] = inputs[0]!.shape;
  const own = (side: number | null | undefined, i: number) => targetSize?.[i] ?? side;
  const size = [own(height, 0), own(width, 1)];
  const takesPhotos =
    inputs.length === 1 && outputs.length === 1 && inputs[0]!.shape.length === 4 && channels === 3;
  const fits = (side: number | null | undefined, i: number) =>
    Number.isInteger(size[i]) && size[i]! > 0 && (side === null || side === size[i]);
  if (takesPhotos && fits(height, 0) && fits(width, 1)) return size as [number, number];
  const shapes = inputs
    .map(({ shape }) => `[${shape.map((side) => side ?? 'any').join(', ')}]`)
    .join(' and ');
  throw problem({
    where,
    expected: takesPhotos
      ? `\`targetSize\` [height, width] that fits ${shapes}`
      : 'a model of one input [n, height, width, 3] and one output',
    found: takesPhotos
      ? show(targetSize)
      : `inputs ${shapes} and ${outputs.length} output${outputs.length === 1 ? '' : 's'}`,
    next: takesPhotos
      ? 'Pass the size of the photos that the network was trained on.'
      : 'Save the network for RGB photos alone.',
  });
}

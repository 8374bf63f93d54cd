/** Weights from the files that Keras publishes, or saves, for its applications. */
import fs from 'node:fs';
import type { LayersModel, Variable } from '@tensorflow/tfjs-node';
import { problem } from '../check';
import { type H5Layer, type H5Weight, readH5 } from '../formats/h5';
import { fromProject, resolvePath, shownPath } from '../paths';
import { tf } from '../tensorflow';
import { checkFiniteWeights } from './layer-weights';

/** A network of Keras and the file that Keras downloads for it. */
export interface KerasApplication {
  /** Keras' function, such as `MobileNetV2`. */
  name: string;
  /** The file's name, in `data/weights` or `~/.keras/models`. */
  file: string;
  /** What `npm run weights` calls it. */
  fetched: string;
}

/** The weights of a file: its layers, and the file as messages name it. */
export interface KerasWeights {
  layers: H5Layer[];
  where: string;
}

/**
 * Reads the weights of an application.
 *
 * @param weights `'imagenet'` for Keras' own file in `data/weights` or `~/.keras/models`, or the path of one.
 * @throws LittleDataError where it is missing or damaged.
 */
export async function readKerasWeights(
  weights: string,
  { name, file, fetched }: KerasApplication,
): Promise<KerasWeights> {
  const own = fromProject(`data/weights/${file}`);
  const imagenet = () => (fs.existsSync(own) ? own : resolvePath(`~/.keras/models/${file}`));
  const found = weights === 'imagenet' ? imagenet() : resolvePath(weights, 'weights');
  const where = shownPath(found);
  if (!fs.existsSync(found))
    throw problem({
      where,
      expected: `the weights that Keras publishes for ${name}`,
      found: 'no such file',
      next:
        `Run \`npm run weights -- ${fetched}\` in the folder of this project, which downloads it from Keras' address. ` +
        `Or run \`keras.applications.${name}(include_top=False)\` once in Python. Or pass the path of a file as \`weights\`.`,
    });
  const { layers } = await readH5(found);
  return { layers, where };
}

/**
 * Sets a model's weights by the names of layers and weights. Where some layers have other names, all are taken in the
 * file's order, as Keras does: earlier versions of Keras had other names.
 *
 * @throws LittleDataError where names or shapes don't fit, or a weight is not a finite number. Then the model is unchanged.
 */
export function setKerasWeights(model: LayersModel, { layers, where }: KerasWeights): void {
  const expected = model.layers.filter(({ weights }) => weights.length > 0);
  const byName = new Map(layers.map((layer) => [withoutNumber(layer.name), layer]));
  const places = expected.map(({ name }) => layers.indexOf(byName.get(name)!));
  const isInOrder =
    layers.length === expected.length &&
    places.includes(-1) &&
    places.every((place, i) => place === -1 || place === i);
  const faults: string[] = [];
  const values: [Variable, H5Weight][] = [];
  for (const [i, layer] of expected.entries()) {
    const found = isInOrder ? layers[i] : byName.get(layer.name);
    for (const [k, weight] of layer.weights.entries()) {
      const name = weightName(weight.originalName);
      const value = found?.weights.find((one) => one.name === String(k) || weightName(one.name) === name);
      if (value && String(value.shape) === String(weight.shape))
        values.push([weight.read() as Variable, value]);
      else {
        const place = `${layer.name}/${name} [${weight.shape.join(', ')}]`;
        faults.push(value ? `${place} is [${value.shape.join(', ')}]` : `${place} is missing`);
      }
    }
  }
  const names = new Set(expected.map(({ name }) => name));
  if (!isInOrder)
    for (const { name, weights } of layers)
      if (!names.has(withoutNumber(name)))
        faults.push(`${name} ${weights.map(({ shape }) => `[${shape.join(', ')}]`).join(' + ')} is extra`);
  if (faults.length > 0)
    throw problem({
      where,
      expected: `the weights of ${model.name}`,
      found: `${faults.slice(0, 5).join('; ')}${faults.length > 5 ? `; and ${faults.length - 5} more` : ''}`,
      next: 'These are the weights of another model. Pass the file of this one.',
    });
  checkFiniteWeights(layers, where);
  for (const [variable, { data, shape }] of values) tf.tidy(() => variable.assign(tf.tensor(data, shape)));
}

/** Keras numbers the layers without a name of their own: `normalization_1` in the second model of a process. */
function withoutNumber(layer: string): string {
  return layer.replace(/^normalization_\d+$/, 'normalization');
}

/** `block_1/depthwise_kernel:0` and `kernel` name the same weight in different versions of Keras. */
function weightName(name: string): string {
  const last = name.replace(/.*\//, '').replace(/:0$|_\d+$/, '');
  return { depthwise_kernel: 'kernel', mean: 'moving_mean', variance: 'moving_variance' }[last] ?? last;
}

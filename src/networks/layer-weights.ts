/** A model's weights by layer: taken out, checked, put in, and their digest. */
import { createHash } from 'node:crypto';
import type { LayersModel, Variable } from '@tensorflow/tfjs-node';
import { problem } from '../check';
import type { H5Layer } from '../formats/h5';
import { tf } from '../tensorflow';

/** The weights of every layer, in the model's order, by Keras' names (`dense/kernel:0`). */
export function layerWeightsOf(model: LayersModel): H5Layer[] {
  return model.layers.map((layer) => {
    const names = layer.weights.map((weight) => weight.originalName.replace(/.*\//, ''));
    const weights = layer.getWeights().map((weight, i) => ({
      name: `${layer.name}/${names[i]}:0`,
      shape: weight.shape,
      data: weight.dataSync() as Float32Array,
    }));
    return { name: layer.name, weights };
  });
}

/**
 * Sets the weights of a model.
 *
 * @param layers the layers that have weights, in the model's order. The names may differ.
 * @param where the file's name in messages.
 * @throws LittleDataError where a layer is missing or has other shapes, or a weight is not a finite number. Then the
 *   model is unchanged.
 */
export function setLayerWeights(model: LayersModel, layers: readonly H5Layer[], where: string): void {
  const expected = model.layers.filter(({ weights }) => weights.length > 0);
  const found = layers.filter(({ weights }) => weights.length > 0);
  for (let i = 0; i < Math.max(expected.length, found.length); i++) {
    if (expected[i] && found[i] && shapesOf(expected[i]!) === shapesOf(found[i]!)) continue;
    throw problem({
      where,
      expected: expected[i] ? `the layer ${words(expected[i]!)}` : `${expected.length} layers with weights`,
      found: found[i] ? words(found[i]!) : `the end after ${found.length} layers with weights`,
      next: 'These are the weights of another model. Pass the file of this one.',
    });
  }
  checkFiniteWeights(found, where);
  const variables = model.layers.flatMap((layer) => layer.weights.map((weight) => weight.read() as Variable));
  const values = found.flatMap(({ weights }) => weights);
  // Not by `setWeights`, which would apply constraints once more and round.
  for (const [i, { data, shape }] of values.entries())
    tf.tidy(() => variables[i]!.assign(tf.tensor(data, shape)));
}

/** Throws where a weight is NaN or infinite, and names the layer and the place. */
export function checkFiniteWeights(layers: readonly H5Layer[], where: string): void {
  for (const { name, weights } of layers)
    for (const weight of weights) {
      if (areNumbers(weight.data)) continue;
      const at = weight.data.findIndex((value) => !Number.isFinite(value));
      throw problem({
        where,
        expected: 'weights that are finite numbers',
        found: `${weight.data[at]} in the layer "${name}", ${weight.name}${placeOf(at, weight.shape)}`,
        next: 'The model is not usable. Train it again with a smaller `learningRate`, or take an earlier file.',
      });
    }
}

/** Whether none is NaN or infinite; two million weights are looked at after each epoch, so this is kept fast. */
export function areNumbers(values: Float32Array): boolean {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! * 0;
  return sum === 0;
}

/** SHA-256 over texts and weights, one after the other, 64 hexadecimal digits. */
export function weightsDigest(layers: readonly H5Layer[], ...texts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(text);
  for (const { weights } of layers)
    for (const { data } of weights)
      hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return hash.digest('hex');
}

/** A layer of a file or of a model. */
interface Shaped {
  name: string;
  weights: readonly { shape: readonly (number | null)[] }[];
}

/** `[3, 7]` for the place of a value in an array. */
function placeOf(index: number, shape: readonly number[]): string {
  const places: number[] = [];
  let rest = index;
  for (const size of [...shape].reverse()) {
    places.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return `[${places.join(', ')}]`;
}

function shapesOf({ weights }: Shaped): string {
  return weights.map(({ shape }) => `[${shape.join(', ')}]`).join(' + ');
}

function words(layer: Shaped): string {
  return `${layer.name} ${shapesOf(layer)}`;
}

import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import { divideLogits } from '../../src/export/divide-logits';
import { modelPart } from '../../src/export/model-part';
import { headMetadata, setHeadMetadata } from '../../src/head/head-metadata';
import { probabilitiesOf } from '../../src/head/probabilities';
import { tensorflowReady, tf } from '../../src/tensorflow';
import { near } from '../head/data';

before(tensorflowReady);

/** What a copy of `head` with divided logits predicts. */
async function divided(head: LayersModel, x: Tensor, temperature: number): Promise<ArrayLike<number>> {
  const changed = divideLogits(await modelPart(head), { temperature });
  const modelTopology = head.toJSON(null, false) as object;
  const copy = await tf.loadLayersModel(tf.io.fromMemory({ modelTopology, ...changed }));
  return (copy.predict(x) as Tensor).dataSync();
}

const hidden = () =>
  tf.layers.dense({
    units: 4,
    inputShape: [3],
    activation: 'tanh',
    kernelInitializer: tf.initializers.glorotUniform({ seed: 1 }),
  });
const logits = (activation: 'linear' | 'softmax', useBias = true) =>
  tf.layers.dense({
    ...{ units: 3, activation, useBias, biasInitializer: 'ones' },
    kernelInitializer: tf.initializers.glorotUniform({ seed: 2 }),
  });

describe('divideLogits()', () => {
  const heads: [string, () => LayersModel][] = [
    ['a Dense layer', () => tf.sequential({ layers: [hidden(), logits('softmax')] })],
    ['a Dense layer without bias', () => tf.sequential({ layers: [hidden(), logits('softmax', false)] })],
    [
      'an Activation',
      () =>
        tf.sequential({
          layers: [hidden(), logits('linear'), tf.layers.activation({ activation: 'softmax' })],
        }),
    ],
    ['a Softmax', () => tf.sequential({ layers: [hidden(), logits('linear'), tf.layers.softmax()] })],
    [
      'a Softmax of a Functional model',
      () => {
        const input = tf.input({ shape: [3] });
        const sums = logits('linear').apply(hidden().apply(input)) as never;
        return tf.model({ inputs: input, outputs: tf.layers.softmax().apply(sums) as never });
      },
    ],
  ];
  for (const [name, build] of heads)
    test(`makes a head that ends in ${name} predict as probabilitiesOf() does`, async () => {
      const head = build();
      const x = tf.tensor2d([
        [3, -2, 0.5],
        [-1, 0, 4],
      ]);
      const own = (head.predict(x) as Tensor).dataSync();
      setHeadMetadata(head, { ...headMetadata(head), calibration: { temperature: 2.5, threshold: 0 } });
      const expected = probabilitiesOf(head, x).dataSync();
      assert(Math.abs(own[0]! - expected[0]!) > 0.01);
      // float32: the weights are divided before the sums, in place of the sums.
      near(await divided(head, x, 2.5), expected, 1e-6);
      assert.deepEqual((head.predict(x) as Tensor).dataSync(), own);
    });

  test('refuses a head with something else before its last activation', async () => {
    const normalised = tf.sequential({
      layers: [hidden(), tf.layers.batchNormalization(), tf.layers.softmax()],
    });
    const twice = tf.sequential({ layers: [hidden(), tf.layers.softmax()] });
    for (const [head, found] of [
      [normalised, 'BatchNormalization'],
      [twice, 'Dense, tanh'],
    ] as const)
      await assert.rejects(
        divided(head, tf.zeros([1, 3]), 2),
        new RegExp(`the calibrated head: expected a linear Dense layer .* found ${found}`),
      );
  });
});

import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import { checkNames, joined, type LayerJson, layersOf, withFastRelu6 } from '../../src/export/layer-chain';
import { tensorflowReady, tf } from '../../src/tensorflow';

before(() => tensorflowReady());

const chainOf = (model: LayersModel) => layersOf({ modelTopology: model.toJSON(null, false) as object });

function sequential(name: string): LayersModel {
  const layer = tf.layers.dense({ units: 2, inputShape: [3], name });
  return tf.sequential({ layers: [layer] });
}

function functional(): LayersModel {
  const input = tf.input({ shape: [4], name: 'in' });
  const branch = (name: string) => tf.layers.dense({ units: 2, name }).apply(input) as never;
  const both = tf.layers.add({ name: 'both' }).apply([branch('left'), branch('right')]) as never;
  return tf.model({ inputs: input, outputs: both });
}

describe('joined()', () => {
  test('puts a Sequential model behind a Functional one', () => {
    const chain = joined(chainOf(functional()), chainOf(sequential('last')));
    assert.deepEqual(
      chain.layers.map(({ name, inbound_nodes }) => [name, inbound_nodes.flat().map(([from]) => from)]),
      [
        ['in', []],
        ['left', ['in']],
        ['right', ['in']],
        ['both', ['left', 'right']],
        ['last', ['both']],
      ],
    );
    assert.deepEqual([chain.input, chain.output[0]], ['in', 'last']);
  });

  test('gives each branch what comes from before', () => {
    const chain = joined(chainOf(sequential('first')), chainOf(functional()));
    const from = Object.fromEntries(
      chain.layers.map(({ name, inbound_nodes }) => [name, inbound_nodes.flat().map(([before]) => before)]),
    );
    assert.deepEqual([from.left, from.right, from.in], [['first'], ['first'], undefined]);
  });
});

test('checkNames() refuses two layers of one name', () => {
  const { layers } = joined(chainOf(sequential('same')), chainOf(sequential('same')));
  assert.throws(() => checkNames(layers), /found two called "same"/);
  checkNames(chainOf(functional()).layers);
});

test('withFastRelu6() changes the layers of relu6 alone, and none of their numbers', async () => {
  const activation = (name: 'relu' | 'relu6') =>
    tf.layers.activation({ activation: name, inputShape: [5], name });
  const x = tf.tensor2d([[-1, 0, 3.5, 6, 7]]);
  for (const name of ['relu', 'relu6'] as const) {
    const model = tf.sequential({ layers: [activation(name)] });
    const modelTopology = model.toJSON(null, false) as unknown as { config: { layers: LayerJson[] } };
    modelTopology.config.layers = withFastRelu6(modelTopology.config.layers);
    const copy = await tf.loadLayersModel(tf.io.fromMemory({ modelTopology }));
    assert.equal(copy.layers.at(-1)!.getClassName(), name === 'relu' ? 'Activation' : 'ReLU');
    const [found, wanted] = [copy, model].map((each) => (each.predict(x) as Tensor).dataSync());
    assert.deepEqual(found, wanted);
  }
});

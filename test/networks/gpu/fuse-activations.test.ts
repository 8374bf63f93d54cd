import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuseActivations } from '../../../src/networks/gpu/fuse-activations';
import type { Activation, ConvLayer } from '../../../src/networks/graph/conv-graph';

const conv = (from: number, activation: Activation = 'linear'): ConvLayer => ({
  ...{ kind: 'convolution', from: [from], kernel: [1, 1, 3, 3], bias: true, activation },
  ...{ strides: [1, 1], dilations: [1, 1], padding: 'SAME' },
});
const act = (from: number, activation: Activation = 'relu6'): ConvLayer => ({
  ...{ kind: 'activation', from: [from], activation },
});
const activations = (layers: ConvLayer[]) =>
  fuseActivations(layers).map((layer) => ('activation' in layer ? layer.activation : layer.kind));

test('a convolution takes over the activation that alone uses it', () => {
  assert.deepEqual(activations([conv(-1), act(0), conv(1), act(2, 'relu')]), [
    ...['relu6', 'linear', 'relu', 'linear'],
  ]);
});

test('an activation stays where another layer uses the convolution too, or there is none', () => {
  const sum: ConvLayer = { kind: 'sum', from: [1, 0] };
  assert.deepEqual(activations([conv(-1), act(0), sum]), ['linear', 'relu6', 'sum']);
  assert.deepEqual(activations([act(-1), conv(0, 'relu'), act(1)]), ['relu6', 'relu', 'relu6']);
});

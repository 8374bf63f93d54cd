import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { convLayers } from '../../src/networks/conv-layers';
import { tensorflowReady, tf } from '../../src/tensorflow';
import { smallNetwork } from './gpu/software';

before(tensorflowReady);

const { conv2d, maxPooling2d, batchNormalization, flatten } = tf.layers;
const input = { inputShape: [16, 16, 3] };

test('gives each layer with where its input comes from', () => {
  const layers = convLayers(smallNetwork())!;
  assert.deepEqual(
    layers.map(({ kind, from }) => [kind, from]),
    [
      ['convolution', [-1]],
      ['max pooling', [0]],
      ['convolution', [1]],
      ['activation', [2]],
      ['depthwise convolution', [3]],
      ['activation', [4]],
      ['sum', [5, 2]],
      ['convolution', [6]],
      ['convolution', [7]],
      ['mean', [8]],
    ],
  );
});

test('gives what a convolution needs to be computed', () => {
  const layer = conv2d({ filters: 4, kernelSize: [3, 2], strides: [2, 1], useBias: false, ...input });
  assert.deepEqual(convLayers(tf.sequential({ layers: [layer] })), [
    {
      ...{ kind: 'convolution', from: [-1], kernel: [3, 2, 3, 4], bias: false, activation: 'linear' },
      ...{ strides: [2, 1], dilations: [1, 1], padding: 'VALID' },
    },
  ]);
});

test('gives nothing for a model with other layers', () => {
  const others = [
    [conv2d({ filters: 2, kernelSize: 3, ...input }), batchNormalization()],
    [maxPooling2d({ poolSize: 2, ...input }), flatten()],
    [conv2d({ filters: 2, kernelSize: 3, activation: 'sigmoid', ...input })],
    [conv2d({ filters: 2, kernelSize: 3, dataFormat: 'channelsFirst', inputShape: [3, 16, 16] })],
  ];
  for (const layers of others) assert.equal(convLayers(tf.sequential({ layers })), undefined);
});

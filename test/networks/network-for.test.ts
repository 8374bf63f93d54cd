import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import { preparePixels } from '../../src/datasets/batches/prepare-pixels';
import type { Rows } from '../../src/networks/network';
import { networkFor } from '../../src/networks/network-for';
import { tensorflowReady, tf } from '../../src/tensorflow';

before(tensorflowReady);

const preparation = { targetSize: [6, 5], rescale: 1 / 255 } as const;
const photos = Array.from({ length: 7 }, (_, n) =>
  Uint8Array.from({ length: 6 * 5 * 3 }, (_, i) => (i * 31 + n * 57) % 256),
);

function convolutions(): LayersModel {
  const layers = [tf.layers.conv2d({ filters: 4, kernelSize: 3, activation: 'relu', inputShape: [6, 5, 3] })];
  return tf.sequential({ layers });
}

/** A layer that no graph is written for. */
function dense(): LayersModel {
  const layers = [tf.layers.flatten({ inputShape: [6, 5, 3] }), tf.layers.dense({ units: 4 })];
  return tf.sequential({ layers });
}

describe('networkFor()', () => {
  for (const [name, make] of Object.entries({ convolutions, dense }))
    test(`gives the output for batches of several sizes, one after the other (${name})`, async () => {
      const model = make();
      const network = await networkFor(model, { precision: 'float32' });
      const before = tf.memory().numTensors;
      const batches = [photos.slice(0, 3), photos.slice(3, 7), photos.slice(0, 1)];
      const found: Rows[] = [];
      for (const batch of batches) found.push(await network.rows(batch, preparation));
      assert.equal(tf.memory().numTensors, before);
      for (const [i, batch] of batches.entries()) {
        const x = preparePixels(batch, preparation);
        const expected = model.predictOnBatch(x) as Tensor;
        assert.deepEqual(found[i]!.shape, expected.shape);
        const largest = tf.tidy(() =>
          expected.sub(tf.tensor(found[i]!.values, expected.shape)).abs().max().dataSync(),
        )[0]!;
        // A graph multiplies in another order than layers do.
        assert.ok(largest < 1e-5, String(largest));
        tf.dispose([x, expected]);
      }
      model.dispose();
    });

  test('lets the processor run what nobody said the use of', async () => {
    const model = Object.assign(convolutions(), { device: 'gpu' });
    assert.equal((await networkFor(model, { precision: 'float32' })).device, 'cpu');
  });
});

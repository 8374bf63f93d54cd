import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { PreprocessingFunction } from '../../../src/datasets/batches/preprocessing';
import { preprocessInput as lite } from '../../../src/networks/efficientnet-lite';
import { pixelTable } from '../../../src/networks/gpu/pixel-table';
import { preprocessInput as mobilenet } from '../../../src/networks/mobilenet-v2';
import { preprocessInput as vgg16 } from '../../../src/networks/vgg16';
import { tensorflowReady, tf } from '../../../src/tensorflow';

before(tensorflowReady);

const size = { targetSize: [5, 7] as const, rescale: 1 };

describe('pixelTable()', () => {
  test('has the values of a preprocessing that orders the channels anew', () => {
    const table = pixelTable({ ...size, preprocessingFunction: vgg16 })!;
    assert.equal(table.length, 3 + 3 * 256);
    assert.deepEqual([...table.slice(0, 3)], [2, 1, 0]);
    // Keras' means: blue first.
    const at = (channel: number, level: number) => table[3 + 256 * channel + level];
    assert.equal(at(0, 0), Math.fround(-103.939));
    assert.equal(at(1, 255), Math.fround(255 - Math.fround(116.779)));
    assert.equal(at(2, 100), Math.fround(100 - Math.fround(123.68)));
  });

  test('has the values of rescaling and of numbers for each channel', () => {
    const rescaled = pixelTable({ ...size, rescale: 1 / 255 })!;
    assert.deepEqual([...rescaled.slice(0, 5)], [0, 1, 2, 0, Math.fround(1 / 255)]);
    assert.deepEqual(
      [...pixelTable({ ...size, preprocessingFunction: lite })!.slice(3, 5)],
      [-127 / 128, -126 / 128],
    );
    assert(pixelTable({ ...size, preprocessingFunction: mobilenet }));
  });

  const others: Record<string, PreprocessingFunction> = {
    'mixes pixels': (x) => tf.tidy(() => x.sub(x.mean())),
    'mixes channels': (x) => tf.tidy(() => x.mean(-1, true).tile([1, 1, 1, 3])) as typeof x,
    'turns the picture': (x) => tf.reverse(x, 2),
    'makes one colour of all': (x) => tf.zerosLike(x),
    'takes one size only': (x) => x.reshape([x.shape[0], 5, 7, 3]),
  };
  for (const [what, preprocessingFunction] of Object.entries(others))
    test(`gives up where a function ${what}`, () => {
      const before = tf.memory().numTensors;
      assert.equal(pixelTable({ ...size, preprocessingFunction }), undefined);
      assert.equal(tf.memory().numTensors, before);
    });
});

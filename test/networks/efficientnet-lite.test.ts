import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { before, describe, test } from 'node:test';
import type { Tensor } from '@tensorflow/tfjs-node';
import { preparePixels } from '../../src/datasets/batches/prepare-pixels';
import { np } from '../../src/features/np';
import { readSafetensors } from '../../src/formats/safetensors';
import { decodePhoto } from '../../src/images/decode-photo';
import { resizePhoto } from '../../src/images/resize-photo';
import { EfficientNetLite0, preprocessInput } from '../../src/networks/efficientnet-lite';
import { projectRoot } from '../../src/paths';
import { tensorflowReady, tf } from '../../src/tensorflow';

before(tensorflowReady);

const names = ['cat', 'dog'].flatMap((animal) => [0, 1, 2, 3].map((n) => `${animal}.${n}.jpg`));

async function drawings(): Promise<Tensor> {
  const pixels = await Promise.all(
    names.map(async (name) =>
      resizePhoto(await decodePhoto(path.join(projectRoot, 'data', 'sample', 'train', name)), {
        targetSize: [224, 224],
        interpolation: 'bicubic',
        cropFraction: 0.875,
      }),
    ),
  );
  return preparePixels(pixels, {
    targetSize: [224, 224],
    rescale: 1,
    preprocessingFunction: preprocessInput,
  });
}

const largest = (values: readonly number[]) =>
  values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

describe('EfficientNetLite0()', () => {
  test("has PyTorch's features and probabilities for eight drawings", async () => {
    const expected = np.load(path.join(__dirname, 'efficientnet-lite0.npy'));
    const rows = expected.arraySync() as number[][];
    const x = await drawings();
    const [base, whole] = await Promise.all([
      EfficientNetLite0({ pooling: 'avg' }),
      EfficientNetLite0({ includeTop: true }),
    ]);
    const features = (base.predict(x) as Tensor).arraySync() as number[][];
    const probabilities = (whole.predict(x) as Tensor).arraySync() as number[][];
    for (const [i, row] of rows.entries()) {
      const [ours, theirs] = [features[i]!, row.slice(0, 1280)];
      const difference = largest(ours.map((value, k) => value - theirs[k]!)) / largest(theirs);
      // float32 sums in another order; 8e-6 was measured.
      assert.ok(difference < 1e-4, `${names[i]}: ${difference}`);
      assert.ok(largest(probabilities[i]!.map((value, k) => value - row[1280 + k]!)) < 1e-4, names[i]);
    }
    base.dispose();
    whole.dispose();
    tf.dispose([x, expected]);
  });

  test('gives the features of the last convolution without pooling, for any size', async () => {
    const base = await EfficientNetLite0();
    const features = base.predict(tf.zeros([1, 64, 96, 3])) as Tensor;
    assert.deepEqual(features.shape, [1, 2, 3, 1280]);
    base.dispose();
  });

  test('refuses what is no shape and no pooling', async () => {
    await assert.rejects(EfficientNetLite0({ inputShape: [16, 16, 3] }), /`inputShape`/);
    await assert.rejects(EfficientNetLite0({ pooling: 'mean' as 'avg' }), /`pooling`/);
    await assert.rejects(EfficientNetLite0({ weights: 'mine' as 'imagenet' }), /`weights`/);
  });
});

test('preprocessInput() gives (x - 127) / 128', () => {
  assert.deepEqual(Array.from(preprocessInput(tf.tensor1d([0, 127, 255])).dataSync()), [-127 / 128, 0, 1]);
});

test('readSafetensors() names what is wrong with a file', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'safetensors-'));
  const at = (name: string, bytes: Buffer) => {
    fs.writeFileSync(path.join(folder, name), bytes);
    return path.join(folder, name);
  };
  const file = (header: object, values: Buffer) => {
    const text = Buffer.from(JSON.stringify(header));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(text.length));
    return Buffer.concat([length, text, values]);
  };
  const halves = Buffer.from(Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x7bff).buffer);
  const good = file({ a: { dtype: 'F16', shape: [2, 2], data_offsets: [0, 8] } }, halves);
  const { shape, data } = readSafetensors(at('good', good)).get('a')!;
  assert.deepEqual(
    [shape, Array.from(data)],
    [
      [2, 2],
      [1, -2, 2 ** -24, 65504],
    ],
  );
  for (const bad of [
    Buffer.alloc(3),
    Buffer.from('no safetensors at all'),
    good.subarray(0, -1),
    file({ a: { dtype: 'F16', shape: [3], data_offsets: [0, 8] } }, halves),
    file({ a: { dtype: 'I64', shape: [1], data_offsets: [0, 8] } }, halves),
  ])
    assert.throws(() => readSafetensors(at('bad', bad)), {
      name: 'LittleDataError',
      message: /a damaged file/,
    });
  assert.throws(() => readSafetensors(path.join(folder, 'none')), /no such file/);
  fs.rmSync(folder, { recursive: true });
});

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
import { efficientnetLite, preprocessInput } from '../../src/networks/efficientnet-lite';
import { fromProject, projectRoot } from '../../src/paths';
import { tensorflowReady, tf } from '../../src/tensorflow';
import { needs } from '../fixtures/skip';

before(tensorflowReady);

const names = ['cat', 'dog'].flatMap((animal) => [0, 1, 2, 3].map((n) => `${animal}.${n}.jpg`));

const { EfficientNetLite0, EfficientNetLite1, EfficientNetLite2 } = efficientnetLite;
const variants = [
  { name: 'EfficientNetLite0', build: EfficientNetLite0, side: 224, file: 'efficientnet-lite0.npy' },
  { name: 'EfficientNetLite1', build: EfficientNetLite1, side: 240, file: 'efficientnet-lite1.npy' },
  { name: 'EfficientNetLite2', build: EfficientNetLite2, side: 260, file: 'efficientnet-lite2.npy' },
];

async function drawings(side: number): Promise<Tensor> {
  const pixels = await Promise.all(
    names.map(async (name) =>
      resizePhoto(await decodePhoto(path.join(projectRoot, 'data', 'sample', 'train', name)), {
        targetSize: [side, side],
        interpolation: 'bicubic',
        cropFraction: 0.875,
      }),
    ),
  );
  return preparePixels(pixels, {
    targetSize: [side, side],
    rescale: 1,
    preprocessingFunction: preprocessInput,
  });
}

const largest = (values: readonly number[]) =>
  values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

for (const { name, build, side, file } of variants)
  test(`${name}() has PyTorch's features and probabilities for eight drawings`, async (context) => {
    const weights = `data/weights/${file.replace(/-(lite\d)\.npy/, '_$1')}_notop.safetensors`;
    if (!needs(context, fs.existsSync(fromProject(weights)), `${weights} is missing (npm run weights)`))
      return;
    const expected = np.load(path.join(__dirname, file));
    const rows = expected.arraySync() as number[][];
    const x = await drawings(side);
    const [base, whole] = await Promise.all([build({ pooling: 'avg' }), build({ includeTop: true })]);
    assert.deepEqual(base.recommended.flow.targetSize, [side, side]);
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

describe('EfficientNetLite0()', () => {
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

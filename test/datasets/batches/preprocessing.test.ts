import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Tensor4D } from '@tensorflow/tfjs-node';
import { preparePixels } from '../../../src/datasets/batches/prepare-pixels';
import {
  namePreprocessing,
  preprocessingByName,
  preprocessingDigest,
  preprocessingName,
} from '../../../src/datasets/batches/preprocessing';
import { tensorflowReady, tf } from '../../../src/tensorflow';

before(tensorflowReady);

test('namePreprocessing() names a function, so that it is found again', () => {
  const half = (pixels: Tensor4D) => pixels.div(2) as Tensor4D;
  assert.equal(preprocessingName(half), undefined);
  assert.equal(namePreprocessing('half', half), half);
  assert.equal(preprocessingName(half), 'half');
  assert.equal(preprocessingByName('half'), half);
  const other = namePreprocessing('half', (pixels) => pixels);
  assert.equal(preprocessingByName('half'), other);
});

test('preprocessingByName() gives nothing for no name, and says which names there are', () => {
  namePreprocessing('known', (pixels) => pixels);
  assert.equal(preprocessingByName(null), undefined);
  assert.throws(
    () => preprocessingByName('unknown'),
    /"unknown": expected one of .*known.*, found no function of that name in this process/,
  );
});

test('preprocessingDigest() tells an edited function from the one before, and knows the same one again', () => {
  const size = { rescale: 1, targetSize: [5, 4] } as const;
  const digest = (apply: (x: Tensor4D) => Tensor4D) => preprocessingDigest(apply, size);
  const centred = (mean: number) => (x: Tensor4D) => x.sub(mean) as Tensor4D;
  assert.equal(digest(centred(127.5)), digest(centred(127.5)));
  assert.notEqual(digest(centred(127.5)), digest(centred(127)));
  assert.notEqual(
    digest((x) => x.reverse(3)),
    digest((x) => x),
  );
  assert.notEqual(
    digest((x) => x),
    preprocessingDigest((x) => x, { ...size, rescale: 2 }),
  );
});

for (const side of [32, 64, 150, 224, 299])
  test(`preprocessingDigest() notices a change of any channel at ${side} x ${side}`, () => {
    const digest = (means: number[]) =>
      preprocessingDigest((x) => x.sub(tf.tensor1d(means)) as Tensor4D, {
        rescale: 1,
        targetSize: [side, side],
      });
    const first = digest([100, 110, 120]);
    for (const means of [
      [101, 110, 120],
      [100, 111, 120],
      [100, 110, 121],
    ])
      assert.notEqual(digest(means), first, String(means));
  });

const wrong: Record<string, [apply: (x: Tensor4D) => unknown, found: RegExp]> = {
  'a crop': [(x) => x.slice([0, 1, 1, 0], [-1, 2, 2, 3]), /\[2, 4, 4, 3\], found float32 \[2, 2, 2, 3\]/],
  'one row for the batch': [(x) => x.mean(0, true), /found float32 \[1, 4, 4, 3\]/],
  'whole numbers': [(x) => x.toInt(), /found int32/],
  'a promise': [async (x) => x, /found an object \(Promise\)/],
  nothing: [() => undefined, /found undefined/],
  'an array': [(x) => x.arraySync(), /found \[/],
};
for (const [name, [apply, found]] of Object.entries(wrong))
  test(`a preprocessing function that gives ${name} is refused`, () => {
    const photos = [0, 1].map((n) => new Uint8Array(4 * 4 * 3).fill(n));
    const before = tf.memory().numTensors;
    assert.throws(
      () =>
        preparePixels(photos, {
          targetSize: [4, 4],
          rescale: 1,
          preprocessingFunction: apply as (x: Tensor4D) => Tensor4D,
        }),
      { name: 'LittleDataError', message: found },
    );
    assert.equal(tf.memory().numTensors, before);
  });

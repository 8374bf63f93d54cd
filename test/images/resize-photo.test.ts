import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import path from 'node:path';
import { test } from 'node:test';
import { interpolations, resizePhoto } from '../../src/images/resize-photo';
import { needs } from '../fixtures/skip';

const python = process.env.LITTLE_DATA_KERAS_PYTHON;

/** Known pixels, as `resize-photo.py` makes them. */
function picture(height: number, width: number) {
  const data = Uint8Array.from({ length: height * width * 3 }, (_, i) =>
    Number(((BigInt(i) * 2654435761n) % 2n ** 32n) >> 24n),
  );
  return { data, height, width };
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

test('resizePhoto() has the pixels of Pillow, by each filter, smaller and larger, with and without a crop', (context) => {
  if (!needs(context, python, 'LITTLE_DATA_KERAS_PYTHON names no Python')) return;
  const sizes = [
    { from: [37, 53], target: [24, 24], crop: 0.875, box: [10, 2, 42, 34] },
    { from: [53, 37], target: [24, 16], crop: 1, box: [1, 0, 36, 53] },
    { from: [30, 40], target: [64, 96], crop: undefined, box: undefined },
    { from: [50, 24], target: [25, 24], crop: undefined, box: undefined },
    { from: [24, 50], target: [24, 7], crop: undefined, box: undefined },
    { from: [1, 1], target: [5, 3], crop: undefined, box: undefined },
    { from: [300, 400], target: [224, 224], crop: 0.875, box: [68, 18, 331, 281] },
    // 276 x 0.875 is 241.5, and 284 x 0.875 is 248.5.
    { from: [276, 302], target: [240, 240], crop: 0.875, box: [30, 17, 272, 259] },
    { from: [284, 300], target: [260, 260], crop: 0.875, box: [25, 17, 274, 266] },
  ] as const;
  const cases = sizes.flatMap((size) => interpolations.map((filter) => ({ ...size, filter })));
  const input = cases.map(({ from: [height, width], target, filter, box }) =>
    JSON.stringify({ height, width, target, filter, box }),
  );
  const script = path.join(__dirname, 'resize-photo.py');
  const { stdout, stderr } = spawnSync(python!, [script], { input: input.join('\n'), encoding: 'utf8' });
  const expected = stdout.trim().split('\n');
  assert.equal(expected.length, cases.length, stderr);
  for (const [i, { from, target, filter, crop }] of cases.entries()) {
    const resized = resizePhoto(picture(from[0], from[1]), {
      targetSize: target,
      interpolation: filter,
      cropFraction: crop,
    });
    assert.equal(sha256(resized), expected[i], input[i]);
  }
});

test('resizePhoto() gives new memory, also where nothing changes', () => {
  const given = picture(4, 4);
  for (const interpolation of interpolations) {
    const resized = resizePhoto(given, { targetSize: [4, 4], interpolation });
    assert.notEqual(resized.buffer, given.data.buffer);
    assert.deepEqual(resized, given.data);
  }
});

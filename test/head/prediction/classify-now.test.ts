import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { before, describe, test } from 'node:test';
import type { Tensor } from '@tensorflow/tfjs-node';
import { preparePixels } from '../../../src/datasets/batches/prepare-pixels';
import { classifyNow } from '../../../src/head/prediction/classify-now';
import { decodePhoto } from '../../../src/images/decode-photo';
import { resizePhoto } from '../../../src/images/resize-photo';
import { EfficientNetLite0 } from '../../../src/networks/efficientnet-lite';
import { projectRoot } from '../../../src/paths';
import { tensorflowReady, tf } from '../../../src/tensorflow';
import { needs } from '../../fixtures/skip';

before(tensorflowReady);

const index = Object.values(
  JSON.parse(fs.readFileSync(path.join(projectRoot, 'data', 'weights', 'imagenet_class_index.json'), 'utf8')),
) as [string, string][];
const labelled = (first: number, last: number) =>
  new Set(index.slice(first, last + 1).map(([wordnetId]) => wordnetId));
const cats = labelled(281, 285);
const dogs = labelled(151, 268);

const drawing = path.join(projectRoot, 'data', 'sample', 'train', 'cat.0.jpg');

describe('classifyNow()', () => {
  test("gives the classes that the network's own layers give, for a path and for bytes", async () => {
    const model = await EfficientNetLite0({ includeTop: true });
    const { flow, generator } = model.recommended;
    const x = preparePixels([resizePhoto(await decodePhoto(drawing), flow)], {
      targetSize: flow.targetSize,
      rescale: 1,
      ...generator,
    });
    const output = model.predict(x) as Tensor;
    const expected = Array.from(output.dataSync()).sort((a, b) => b - a);
    model.dispose();
    tf.dispose([x, output]);
    for (const photo of [drawing, fs.readFileSync(drawing)]) {
      const found = await classifyNow(photo, { top: 3 });
      assert.equal(found.length, 3);
      // The graph sums in another order than the layers.
      for (const [i, { probability }] of found.entries())
        assert.ok(Math.abs(probability - expected[i]!) < 1e-5);
    }
  });

  test('leaves no tensor after its first call', async () => {
    await classifyNow(drawing);
    const before = tf.memory().numTensors;
    await classifyNow(drawing);
    assert.equal(tf.memory().numTensors, before);
  });

  test('tells cats from dogs without any training', async (context) => {
    const folder = process.env.LITTLE_DATA_PHOTOS;
    if (!needs(context, folder, 'LITTLE_DATA_PHOTOS names no folder of photos')) return;
    let right = 0;
    for (const kind of ['cat', 'dog'])
      for (let number = 1000; number <= 1400; number++) {
        const classes = await classifyNow(path.join(folder!, `${kind}.${number}.jpg`), { top: 1000 });
        if (sumOver(classes, cats) > sumOver(classes, dogs) === (kind === 'cat')) right++;
      }
    context.diagnostic(`${right} of 802 right`);
    assert.ok(right / 802 >= 0.91, `${right} of 802`);
  });
});

/** The probabilities of the classes with these labels. */
function sumOver(
  classes: readonly { wordnetId: string; probability: number }[],
  wanted: ReadonlySet<string>,
): number {
  return classes.reduce(
    (sum, { wordnetId, probability }) => sum + (wanted.has(wordnetId) ? probability : 0),
    0,
  );
}

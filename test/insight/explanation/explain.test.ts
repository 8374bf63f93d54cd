import assert from 'node:assert/strict';
import fs from 'node:fs';
import { describe, test } from 'node:test';
import sharp from 'sharp';
import { explain } from '../../../src/insight/explanation/explain';
import { overlayJpeg } from '../../../src/insight/explanation/overlay';
import { explanationBundle } from '../../../src/insight/explanation/show-explanations';
import { displayName } from '../../../src/notebook/display';
import { tensorflowReady, tf } from '../../../src/tensorflow';
import { headFor, somePhotos } from '../../export/heads';
import { smallBase } from '../../head/data';

describe('explain()', () => {
  const [photo] = somePhotos() as [string];

  test('gives the heat and a picture for the predicted class, or for another one', async () => {
    await tensorflowReady();
    const base = smallBase();
    const head = headFor(base, {
      targetSize: [48, 32],
      classes: 3,
      classNames: ['a', 'b', 'c'],
      cropFraction: 0.9,
    });
    await explain(photo, { head, base });
    const tensors = tf.memory().numTensors;
    const explanation = await explain(photo, { head, base });
    assert.equal(tf.memory().numTensors, tensors);
    const { heat, overlay, className, probability } = explanation;
    assert.deepEqual([heat.length, heat[0]!.length], [48, 32]);
    const { width, height, format } = await sharp(overlay).metadata();
    assert.deepEqual([width, height, format], [213, 320, 'jpeg']);
    const other = ['a', 'b', 'c'].find((name) => name !== className)!;
    const second = await explain(fs.readFileSync(photo), { head, base, className: other });
    assert.equal(second.className, other);
    assert.ok(second.probability < probability);
    assert.notDeepEqual(second.heat, heat);
    assert.equal(second.photo, '(bytes)');
    assert(displayName in explanation);
    assert.deepEqual(Object.keys(explanation).includes('overlay'), true);
    const bundle = explanationBundle([explanation, second]);
    assert.match(String(bundle['text/plain']), /probability .*hottest at row \d+ of 48, column \d+ of 32/);
    assert.equal(String(bundle['text/html']).match(/<img alt="Heat for /g)!.length, 2);
    await assert.rejects(explain(photo, { head, base, className: 'd' }), /`className`.*a, b, c.*found "d"/s);
    await assert.rejects(explain(photo, { head, base, layers: 'x' } as never), /`layers`/);
  });

  test('the overlay is bright where the heat is, on the part that the network sees', async () => {
    const grey = { data: new Uint8Array(40 * 80 * 3).fill(128), height: 40, width: 80 };
    const heat = [
      [1, 0],
      [0, 0],
    ];
    const jpeg = await overlayJpeg(grey, { heat, resizing: { targetSize: [64, 64], cropFraction: 1 } });
    const { data, info } = await sharp(jpeg).greyscale().raw().toBuffer({ resolveWithObject: true });
    assert.deepEqual([info.width, info.height], [320, 320]);
    const at = (x: number, y: number) => data[(y * info.width + x) * info.channels]!;
    assert.ok(at(40, 40) > at(280, 40) + 60 && at(40, 40) > at(40, 280) + 60);
  });
});

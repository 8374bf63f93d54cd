import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { attributionOf } from '../../src/export/attribution';
import { EfficientNetLite0 } from '../../src/networks/efficientnet-lite';
import { VGG16 } from '../../src/networks/vgg16';
import { tensorflowReady } from '../../src/tensorflow';
import { smallBase } from '../head/data';

before(() => tensorflowReady());

test('attributionOf() names the makers of the ImageNet weights, for networks of any input size', async () => {
  for (const inputShape of [undefined, [150, 150, 3] as const]) {
    const base = await VGG16({ inputShape });
    assert.match(attributionOf(base)!, /Visual Geometry Group, University of Oxford \(CC BY 4\.0\)/);
    base.dispose();
  }
});

test('attributionOf() names those of EfficientNet-Lite0', async () => {
  const base = await EfficientNetLite0();
  assert.match(
    attributionOf(base)!,
    /EfficientNet-Lite0 .* Google, .* ML Illustrated \(Apache License 2\.0\)/,
  );
  base.dispose();
});

test('attributionOf() says nothing of other weights', async () => {
  for (const base of [await VGG16({ weights: null }), smallBase()]) {
    assert.equal(attributionOf(base), undefined);
    base.dispose();
  }
});

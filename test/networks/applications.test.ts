import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applications, K } from '../../src/networks/applications';
import { preprocessInput, VGG16 } from '../../src/networks/vgg16';

test("applications has Keras' names", () => {
  assert.equal(applications.VGG16, VGG16);
  assert.equal(applications.vgg16.VGG16, VGG16);
  assert.equal(applications.vgg16.preprocessInput, preprocessInput);
});

test('K.imageDataFormat() is channels_last, as the pixels are', () => {
  assert.equal(K.imageDataFormat(), 'channels_last');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Tensor4D } from '@tensorflow/tfjs-node';
import {
  namePreprocessing,
  preprocessingByName,
  preprocessingName,
} from '../../../src/datasets/batches/preprocessing';

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

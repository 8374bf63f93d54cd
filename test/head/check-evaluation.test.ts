import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { buildHead } from '../../src/head/build-head';
import { checkEvaluation, checkHeadFeatures } from '../../src/head/check-evaluation';
import { setHeadMetadata } from '../../src/head/head-metadata';
import { tensorflowReady, tf } from '../../src/tensorflow';
import { fromFolders, learnable } from './data';

before(tensorflowReady);
const { features, labels } = learnable({ rows: 8 });
const name = 'evaluation';

// What it refuses is tested by `test/head/evaluate-head.test.ts` too.
test('checkEvaluation() knows the classes of a head', () => {
  const head = buildHead({ inputShape: [2, 2, 4], units: 2, seed: 1 });
  assert.deepEqual(checkEvaluation(head, features, { labels, name }), {
    ...{ values: Int32Array.from(labels), classes: 2, classIndices: undefined },
  });
  setHeadMetadata(head, fromFolders(features.clone(), labels));
  assert.deepEqual(checkEvaluation(head, features, { labels, name }).classIndices, { cats: 0, dogs: 1 });
});

test('checkHeadFeatures() refuses rows of another shape, and what is no number', () => {
  const head = buildHead({ inputShape: [2, 2, 4], units: 2, seed: 1 });
  checkHeadFeatures(head, features, { name });
  assert.throws(() => checkHeadFeatures(head, tf.zeros([8, 4]), { name }), /the evaluation data/);
  assert.throws(() => checkHeadFeatures(head, tf.fill([2, 2, 2, 4], Number.NaN), { name }), /NaN/);
});

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { provenanceOf, setProvenance } from '../../src/features/provenance';
import { tensorflowReady, tf } from '../../src/tensorflow';
import { recipe } from './store/rows';

before(tensorflowReady);

test('provenanceOf() knows what setProvenance() noted, of that tensor only', () => {
  const [noted, other] = [tf.tensor([1]), tf.tensor([1])];
  const provenance = { recipe, classIndices: { cats: 0 }, filenames: ['cats/a.jpg'], labels: [0] };
  setProvenance(noted, provenance);
  assert.equal(provenanceOf(noted), provenance);
  assert.equal(provenanceOf(other), undefined);
  tf.dispose([noted, other]);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { predictionsIn } from '../../../src/head/prediction/predictor';
import { tf } from '../../../src/tensorflow';

test('predictionsIn() names the class of the highest probability, for a sigmoid unit', () => {
  const predictions = predictionsIn(tf.tensor2d([[0.25], [0.75]]), {
    photos: ['a', 'b'],
    classIndices: { cats: 0, dogs: 1 },
  });
  assert.deepEqual(predictions, [
    { photo: 'a', className: 'cats', probability: 0.75, probabilities: { cats: 0.75, dogs: 0.25 } },
    { photo: 'b', className: 'dogs', probability: 0.75, probabilities: { cats: 0.25, dogs: 0.75 } },
  ]);
});

test('predictionsIn() goes by the labels of the names, not by their order', () => {
  const [prediction] = predictionsIn(tf.tensor2d([[0.125, 0.25, 0.625]]), {
    photos: ['a'],
    classIndices: { owls: 2, cats: 0, dogs: 1 },
  });
  assert.deepEqual(prediction, {
    photo: 'a',
    className: 'owls',
    probability: 0.625,
    probabilities: { owls: 0.625, cats: 0.125, dogs: 0.25 },
  });
});

import { describe, test } from 'node:test';
import type { LayersModel, Variable } from '@tensorflow/tfjs-node';
import { trainingLoss } from '../../../src/head/training/training-loss';
import { tf } from '../../../src/tensorflow';
import { near } from '../data';

/** A head of one layer that gives `x` itself as logits. */
function identity(columns: number, activation: 'sigmoid' | 'softmax'): LayersModel {
  const model = tf.sequential({
    layers: [tf.layers.dense({ inputShape: [columns], units: columns, activation })],
  });
  model.setWeights([tf.eye(columns), tf.zeros([columns])]);
  return model;
}

describe('trainingLoss()', () => {
  test('is the binary cross-entropy of the logits, also where float32 shows 0 or 1', () => {
    const x = tf.tensor2d([[0], [2], [-300]]);
    const { p, loss } = trainingLoss(identity(1, 'sigmoid'), x, tf.tensor2d([[1], [1], [1]]));
    near(p.dataSync(), [0.5, 0.8807970285, 0], 1e-6);
    // log(2), log(1 + exp(-2)), 300
    near(loss.dataSync(), [(Math.LN2 + 0.126928011 + 300) / 3], 1e-4);
  });

  test('is the categorical cross-entropy of the logits', () => {
    const x = tf.tensor2d([
      [0, 0, 0],
      [0, 200, 0],
    ]);
    const y = tf.tensor2d([
      [1, 0, 0],
      [1, 0, 0],
    ]);
    const { p, loss } = trainingLoss(identity(3, 'softmax'), x, y);
    near(p.dataSync(), [1 / 3, 1 / 3, 1 / 3, 0, 1, 0], 1e-6);
    near(loss.dataSync(), [(Math.log(3) + 200) / 2], 1e-4);
  });

  test('has a gradient where the head is wrong and sure', () => {
    const model = identity(1, 'sigmoid');
    const variables = model.trainableWeights.map((weight) => weight.read() as Variable);
    const { grads } = tf.variableGrads(
      () => trainingLoss(model, tf.tensor2d([[-300]]), tf.tensor2d([[1]])).loss,
      variables,
    );
    near(grads[variables[1]!.name]!.dataSync(), [-1], 1e-6);
  });

  test('takes the loss from clipped probabilities for a model of another kind', () => {
    const input = tf.input({ shape: [1] });
    const output = tf.layers.activation({ activation: 'sigmoid' }).apply(input) as typeof input;
    const model = tf.model({ inputs: input, outputs: output });
    const { loss } = trainingLoss(model, tf.tensor2d([[-300], [0]]), tf.tensor2d([[1], [0]]));
    near(loss.dataSync(), [(-Math.log(1e-7) + Math.LN2) / 2], 1e-5);
  });
});

/** One training step of any head, through TensorFlow.js: dropout by seed, cross-entropy, Adam. */
import type { LayersModel, Scalar, Tensor, Variable } from '@tensorflow/tfjs-node';
import { seededRandom } from '../../random';
import { tf } from '../../tensorflow';
import type { Trainer, TrainerState, TrainingRows } from './trainer';
import { penaltyOf, trainingLoss } from './training-loss';

/** What Keras' Adam adds to the root of the second moments. */
const epsilon = 1e-7;

/** What keeps a weight within bounds after each step. */
interface Constraint {
  apply(weight: Tensor): Tensor;
}

/** Trains `model` in place, step by step; serves every model of one output. */
export function layersTrainer(
  model: LayersModel,
  { x, y, batchSize, learningRate, seed }: TrainingRows,
): Trainer {
  const optimizer = tf.train.adam(learningRate, 0.9, 0.999, epsilon);
  const variables = model.trainableWeights.map((weight) => weight.read() as Variable);
  const all = model.weights.map((weight) => weight.read() as Variable);
  const constrained = model.trainableWeights as unknown as { constraint: Constraint | null }[];
  // TensorFlow.js keeps them to itself and, given weights, computes them again with another rounding.
  const powers = optimizer as unknown as { accBeta1: Variable; accBeta2: Variable };
  const dropouts = model.layers.filter((layer) => layer.getClassName() === 'Dropout') as unknown as {
    seed?: number;
  }[];
  return {
    step(order, { epoch, step }) {
      const random = seededRandom(seed, epoch, step);
      for (const layer of dropouts) layer.seed = Math.floor(random() * 2 ** 31);
      return tf.tidy(() => {
        const rows = tf.tensor1d(order.subarray(step * batchSize, (step + 1) * batchSize), 'int32');
        const [xs, ys] = [tf.gather(x, rows), tf.gather(y, rows)];
        let right: Scalar | undefined;
        const { value, grads } = tf.variableGrads(() => {
          const { p, loss } = trainingLoss(model, xs, ys);
          right = tf.keep(countRight(ys, p));
          return loss;
        }, variables);
        optimizer.applyGradients(grads as Parameters<typeof optimizer.applyGradients>[0]);
        for (const [i, { constraint }] of constrained.entries())
          if (constraint) variables[i]!.assign(constraint.apply(variables[i]!));
        const [loss, correct] = tf.stack([value, right!]).dataSync() as Float32Array;
        right!.dispose();
        return { steps: 1, loss: loss! * rows.size, correct: correct! };
      });
    },
    predict: (features) => model.predict(features, { batchSize: 512 }) as Tensor,
    async state(): Promise<TrainerState> {
      const moments = await optimizer.getWeights();
      const state = {
        weights: all.map((variable) => variable.dataSync().slice() as Float32Array),
        moments: [powers.accBeta1, powers.accBeta2, ...moments.map(({ tensor }) => tensor)].map(
          (tensor) => tensor.dataSync().slice() as Float32Array,
        ),
      };
      // The count of steps is a tensor made for the call; the moments are the optimizer's own.
      moments[0]!.tensor.dispose();
      return state;
    },
    weights: () => all.map((variable) => variable.dataSync().slice() as Float32Array),
    async restore(state) {
      setValues(all, state.weights);
      const [beta1, beta2, ...moments] = state.moments;
      // Only the count of steps, no moments: the state before the first step.
      if (moments.length <= 1) return;
      // Adam's own order: the count of steps, then the first moments of all weights, then the second.
      const shapes = [[], ...variables.map((v) => v.shape), ...variables.map((v) => v.shape)];
      const names = ['iter', ...variables.map((v) => v.name), ...variables.map((v) => v.name)];
      const tensors = moments.map((values, i) => tf.tensor(values, shapes[i], i === 0 ? 'int32' : 'float32'));
      const earlier = await optimizer.getWeights();
      await optimizer.setWeights(tensors.map((tensor, i) => ({ name: names[i]!, tensor })));
      // Adam makes new variables and forgets those it had.
      tf.dispose([...tensors, ...earlier.map(({ tensor }) => tensor)]);
      setValues([powers.accBeta1, powers.accBeta2], [beta1!, beta2!]);
    },
    // The steps change the model itself.
    finish() {},
    adopt() {},
    penalty: () => tf.tidy(() => penaltyOf(model)?.dataSync()[0] ?? 0),
    dispose() {
      optimizer.dispose();
      // A seed that stays would give the same dropout in each step of a later `fit`.
      for (const layer of dropouts) layer.seed = undefined;
    },
  };
}

/** Puts values into variables of the same sizes. */
export function setValues(variables: readonly Variable[], values: readonly Float32Array[]): void {
  for (const [i, variable] of variables.entries()) {
    const tensor = tf.tensor(values[i]!, variable.shape);
    variable.assign(tensor);
    tensor.dispose();
  }
}

function countRight(y: Tensor, p: Tensor): Scalar {
  const hits = y.shape[1] === 1 ? p.greater(0.5).equal(y.greater(0.5)) : p.argMax(1).equal(y.argMax(1));
  return hits.sum().toFloat() as Scalar;
}

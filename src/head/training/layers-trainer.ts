/** One training step of any head, through TensorFlow.js: dropout by seed, cross-entropy, optimizer. */
import type { LayersModel, Scalar, Tensor, Variable } from '@tensorflow/tfjs-node';
import { seededRandom } from '../../random';
import { tf } from '../../tensorflow';
import { optimizerSteps } from './optimizer-steps';
import type { Trainer, TrainerState, TrainingRows } from './trainer';
import { penaltyOf, trainingLoss } from './training-loss';

/** What keeps a weight within bounds after each step. */
interface Constraint {
  apply(weight: Tensor): Tensor;
}

/** Trains `model` in place, step by step; serves every model of one output. */
export function layersTrainer(
  model: LayersModel,
  { x, y, rowWeights, batchSize, optimizer, rateAt, weightDecay, seed }: TrainingRows,
): Trainer {
  const variables = model.trainableWeights.map((weight) => weight.read() as Variable);
  const all = model.weights.map((weight) => weight.read() as Variable);
  const constrained = model.trainableWeights as unknown as { constraint: Constraint | null }[];
  const steps = optimizerSteps(variables, { optimizer, weightDecay });
  const slots = steps.slots.flat();
  let iterations = 0;
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
        const own = rowWeights && tf.gather(rowWeights, rows);
        let right: Scalar | undefined;
        const { value, grads } = tf.variableGrads(() => {
          const { p, loss } = trainingLoss(model, xs, ys, own);
          right = tf.keep(countRight(ys, p));
          return loss;
        }, variables);
        steps.apply(
          variables.map(({ name }) => grads[name]!),
          { step: iterations, rate: rateAt(iterations) },
        );
        iterations++;
        for (const [i, { constraint }] of constrained.entries())
          if (constraint) variables[i]!.assign(constraint.apply(variables[i]!));
        const [loss, correct] = tf.stack([value, right!]).dataSync() as Float32Array;
        right!.dispose();
        return { steps: 1, loss: loss! * rows.size, correct: correct! };
      });
    },
    predict: (features) => model.predict(features, { batchSize: 512 }) as Tensor,
    async state(): Promise<TrainerState> {
      const count = Float32Array.of(iterations);
      return { weights: valuesOf(all), moments: iterations === 0 ? [count] : [count, ...valuesOf(slots)] };
    },
    weights: () => valuesOf(all),
    async restore({ weights, moments }) {
      setValues(all, weights);
      iterations = moments[0]?.[0] ?? 0;
      const kept = moments.length > 1 ? moments.slice(1) : slots.map(({ size }) => new Float32Array(size));
      setValues(slots, kept);
    },
    // The steps change the model itself.
    finish() {},
    adopt() {},
    penalty: () => tf.tidy(() => penaltyOf(model)?.dataSync()[0] ?? 0),
    dispose() {
      steps.dispose();
      // A seed that stays would give the same dropout in each step of a later `fit`.
      for (const layer of dropouts) layer.seed = undefined;
    },
  };
}

function valuesOf(variables: readonly Variable[]): Float32Array[] {
  return variables.map((variable) => variable.dataSync().slice() as Float32Array);
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

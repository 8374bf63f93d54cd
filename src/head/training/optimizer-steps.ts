/** The steps of an optimizer, operation by operation, for models that no graph serves. */
import type { Tensor, Variable } from '@tensorflow/tfjs-node';
import { adam, type Optimizer, rmsprop } from '../../networks/graph/optimizer';
import { tf } from '../../tensorflow';

/** An optimizer at work on some weights; the caller disposes it. */
export interface OptimizerSteps {
  /** Changes the weights by the gradients of their mean loss, in the same order. `step` counts from 0. */
  apply(gradients: readonly Tensor[], at: { step: number; rate: number }): void;
  /** What it keeps for all weights, first and second. */
  slots: readonly [Variable[], Variable[]];
  dispose(): void;
}

/** Starts an optimizer with nothing kept yet. */
export function optimizerSteps(
  weights: readonly Variable[],
  { optimizer, weightDecay }: { optimizer: Optimizer; weightDecay: number },
): OptimizerSteps {
  const zeros = () =>
    weights.map((weight) => tf.tidy(() => tf.variable(tf.zeros(weight.shape), false)) as Variable);
  const [first, second] = [zeros(), zeros()];
  return {
    slots: [first, second],
    apply(gradients, { step, rate }) {
      for (const [i, weight] of weights.entries())
        tf.tidy(() => {
          if (weightDecay > 0) weight.assign(weight.mul(1 - weightDecay * rate));
          const change = changeOf(optimizer, {
            ...{ gradient: gradients[i]!, first: first[i]!, second: second[i]!, rate, step },
          });
          weight.assign(weight.add(change));
        });
    },
    dispose: () => tf.dispose([first, second]),
  };
}

interface Place {
  gradient: Tensor;
  first: Variable;
  second: Variable;
  rate: number;
  step: number;
}

/** What is added to a weight; it changes what the optimizer keeps for it. */
function changeOf(optimizer: Optimizer, { gradient, first, second, rate, step }: Place): Tensor {
  const mean = (kept: Variable, value: Tensor, decay: number) =>
    kept.assign(kept.add(value.sub(kept).mul(1 - decay)));
  switch (optimizer.kind) {
    case 'adam': {
      const { beta1, beta2, epsilon } = adam;
      mean(first, gradient, beta1);
      mean(second, gradient.square(), beta2);
      const alpha = (rate * Math.sqrt(1 - beta2 ** (step + 1))) / (1 - beta1 ** (step + 1));
      return first.mul(-alpha).div(second.sqrt().add(epsilon));
    }
    case 'sgd':
      first.assign(first.mul(optimizer.momentum).sub(gradient.mul(rate)));
      return first;
    case 'rmsprop':
      mean(first, gradient.square(), rmsprop.rho);
      return gradient.mul(-rate).mul(first.add(rmsprop.epsilon).rsqrt());
  }
}

/** Optimizers with Keras 3's formulas (keras/src/optimizers/{adam,sgd,rmsprop}.py), as numbers that all trainers share. */

/** How weights are changed by their gradients. */
export type Optimizer =
  | { kind: 'adam' }
  /** Stochastic gradient descent; `momentum`, 0 up to 1, is the fraction of the last step that is taken once more. */
  | { kind: 'sgd'; momentum: number }
  | { kind: 'rmsprop' };

/** Adam's decay rates of the first and second moments, and its epsilon. */
export const adam = { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 };

/** The decay rate of RMSprop's mean of squares, and its epsilon. */
export const rmsprop = { rho: 0.9, epsilon: 1e-7 };

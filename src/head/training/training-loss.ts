/** A head's predictions together with its loss as Keras takes it: from what stands before the last sigmoid or softmax. */
import type { LayersModel, Scalar, Tensor } from '@tensorflow/tfjs-node';
import { tf } from '../../tensorflow';

/** Without that, probabilities are kept this far from 0 and 1 before their logarithm is taken, as Keras does. */
const epsilon = 1e-7;

/**
 * Probabilities for rows `x` as in training (with dropout), and their mean cross-entropy in nats with `y`: `[n, 1]` of 0
 * and 1, or one-hot. From probabilities alone the loss of a photo that the head is wrong and sure of has no gradient, and
 * a head that is sure of all never learns again; Keras' compiled `fit` therefore takes the logits
 * (`_get_logits` in keras/src/backend/tensorflow/nn.py), and so does this for a Sequential model that ends in a dense layer.
 */
export function trainingLoss(
  model: LayersModel,
  x: Tensor,
  y: Tensor,
  rowWeights?: Tensor,
): { p: Tensor; loss: Scalar } {
  const { p, loss } = crossEntropy(model, x, y, rowWeights);
  const penalty = penaltyOf(model);
  return { p, loss: penalty ? (loss.add(penalty) as Scalar) : loss };
}

/** What the regularizers of all layers add to the loss, as in Keras; undefined where there is none. */
export function penaltyOf(model: LayersModel): Scalar | undefined {
  const penalties = model.layers.flatMap((layer) => layer.calculateLosses());
  return penalties.length > 0 ? (tf.addN(penalties) as Scalar) : undefined;
}

function crossEntropy(
  model: LayersModel,
  x: Tensor,
  y: Tensor,
  rowWeights?: Tensor,
): { p: Tensor; loss: Scalar } {
  const logits = logitsOf(model, x);
  const binary = y.shape[1] === 1;
  // Of each row: [n, 1] or [n].
  const own = rowWeights && (binary ? rowWeights : rowWeights.squeeze([1]));
  // As Keras: divided by the rows, whatever their weights.
  const mean = (losses: Tensor) => (own ? losses.mul(own) : losses).mean() as Scalar;
  if (!logits) {
    const p = model.apply(x, { training: true }) as Tensor;
    return { p, loss: mean(clippedCrossEntropies(y, p)) };
  }
  const { NONE } = tf.Reduction;
  if (binary)
    return {
      p: tf.sigmoid(logits),
      loss: mean(tf.losses.sigmoidCrossEntropy(y, logits, undefined, undefined, NONE)),
    };
  return {
    p: tf.softmax(logits),
    loss: mean(tf.losses.softmaxCrossEntropy(y, logits, undefined, undefined, NONE)),
  };
}

function logitsOf(model: LayersModel, x: Tensor): Tensor | undefined {
  const last = model.layers[model.layers.length - 1]!;
  const { activation } = last.getConfig();
  const wanted = model.outputShape[1] === 1 ? 'sigmoid' : 'softmax';
  if (model.getClassName() !== 'Sequential' || last.getClassName() !== 'Dense' || activation !== wanted)
    return undefined;
  let value = x;
  for (const layer of model.layers.slice(0, -1))
    if (layer.getClassName() !== 'InputLayer') value = layer.apply(value, { training: true }) as Tensor;
  const [kernel, bias] = last.weights.map((weight) => weight.read());
  const product = tf.matMul(value, kernel!);
  return bias ? product.add(bias) : product;
}

/** Of each row: `[n, 1]` or `[n]`. */
function clippedCrossEntropies(y: Tensor, p: Tensor): Tensor {
  const clipped = tf.clipByValue(p, epsilon, 1 - epsilon);
  if (y.shape[1] === 1) {
    const [right, wrong] = [y.mul(clipped.log()), tf.sub(1, y).mul(tf.sub(1, clipped).log())];
    return right.add(wrong).neg();
  }
  return y.mul(clipped.log()).sum(1).neg();
}

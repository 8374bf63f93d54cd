/** Grad-CAM: which places of a photo speak for a class. */
import type { LayersModel, SymbolicTensor, Tensor, Tensor4D } from '@tensorflow/tfjs-node';
import { problem, show } from '../../check';
import { logitsOf } from '../../head/probabilities';
import { tf } from '../../tensorflow';

/** Layers that only make smaller or flatten what the last convolution gives. */
const afterwards = [
  'MaxPooling2D',
  'AveragePooling2D',
  'GlobalAveragePooling2D',
  'GlobalMaxPooling2D',
  'Flatten',
  'Dropout',
];

/** A base cut in two: up to its last convolution, and what comes after it. */
export interface CutBase {
  /** The layer that the base is cut at. */
  name: string;
  /** Pixels as the base takes them in, feature maps `[n, h, w, channels]` out. It has the layers of the base: nobody disposes it. */
  maps: LayersModel;
  /** From the feature maps to the features. */
  rest(maps: Tensor): Tensor;
}

/**
 * Cuts a base after its last convolution with its activation.
 *
 * @param layer the name of another layer to cut at; after it there must be pooling alone.
 * @throws LittleDataError where there is none such.
 */
export function cutBase(base: LayersModel, layer?: string): CutBase {
  const all = base.layers;
  const isPooling = all.map((one) => afterwards.includes(one.getClassName()));
  const first = isPooling.lastIndexOf(false) + 1;
  const at = layer === undefined ? first - 1 : all.findIndex((one) => one.name === layer);
  const last = all[at];
  const output = last?.output as SymbolicTensor | undefined;
  if (!last || at < first - 1 || output?.shape.length !== 4)
    throw problem({
      where: layer === undefined ? '`base`' : '`layer`',
      expected: `a layer that gives feature maps [n, h, w, channels] with pooling alone behind it`,
      found: layer === undefined ? `a base that ends in ${all[first - 1]?.name}` : show(layer),
      next: `Leave \`layer\` out, or pass one of ${all
        .slice(Math.max(first - 1, 0))
        .map((one) => one.name)
        .join(', ')}.`,
    });
  const behind = all.slice(at + 1);
  return {
    name: last.name,
    maps: tf.model({ inputs: base.inputs, outputs: output }),
    rest: (maps) => behind.reduce((x, one) => one.apply(x) as Tensor, maps),
  };
}

/**
 * The heat of each place for a class: the feature maps, each times the mean of the class's gradient over its places, added up; what
 * speaks against the class counts as 0; divided by the largest value.
 *
 * @param x one photo as the base takes it, float32 `[1, height, width, 3]`.
 * @param label the class. Its score is the logit: of two classes, that of class 1 or minus it.
 * @returns rows of numbers 0..1 (all 0 where nothing speaks for the class).
 *
 * Source: Selvaraju et al., Grad-CAM (arXiv 1610.02391), equations 1 and 2.
 */
export function gradCam(
  x: Tensor4D,
  { cut, head, label }: { cut: CutBase; head: LayersModel; label: number },
): number[][] {
  const heat = tf.tidy(() => {
    const maps = cut.maps.predict(x) as Tensor4D;
    const score = (a: Tensor) => {
      const logits = logitsOf(head, cut.rest(a));
      if (logits.shape[1] === 1) return (label === 1 ? logits : logits.neg()).sum();
      return logits.slice([0, label], [1, 1]).sum();
    };
    const weights = tf.grad(score)(maps).mean([1, 2], true);
    const sum = maps.mul(weights).sum(-1).relu().squeeze([0]);
    const most = sum.max();
    return sum.div(tf.where(most.greater(0), most, tf.onesLike(most)));
  });
  const rows = heat.arraySync() as number[][];
  heat.dispose();
  return rows;
}

/** Shows where on a photo a head finds what it names. */
import path from 'node:path';
import type { LayersModel } from '@tensorflow/tfjs-node';
import { checkKeys, problem, show } from '../../check';
import { preparePixels } from '../../datasets/batches/prepare-pixels';
import { preprocessingByName } from '../../datasets/batches/preprocessing';
import { resizingOf } from '../../features/provenance';
import { predictPhoto } from '../../head/prediction/predict-photo';
import { type Predictor, withPredictor } from '../../head/prediction/predictor';
import { decodePhoto } from '../../images/decode-photo';
import { resizePhoto } from '../../images/resize-photo';
import { displayName } from '../../notebook/display';
import type { Explanation } from './explanation';
import { cutBase, gradCam } from './grad-cam';
import { overlayJpeg } from './overlay';
import { explanationBundle } from './show-explanations';

/** The options of `explain`. */
export interface ExplainOptions {
  /** From `trainHead` or `loadHead`, or the path of its `.h5` file. */
  head: LayersModel | string;
  /** The network that makes the features. @default that of the project which the head was trained on */
  base?: LayersModel;
  /** The class that is asked for. @default the predicted one */
  className?: string;
  /** A layer of the base with pooling alone behind it. @default the last convolution with its activation */
  layer?: string;
}

/**
 * Explains a prediction by Grad-CAM: which places of the photo raise the logit of the class. A cell that ends in the result shows the photo
 * with the heat over it; `showExplanations` shows several. Heat on the background says that the head has learned something
 * else than the animal; heat on the right place is no proof that it is right.
 *
 * @param photo a path, or the bytes of a picture file.
 * @param options `head`, `base`, `className` (the predicted class), `layer` (the last convolution).
 * @returns `className`, `probability`, `heat` (rows of 0..1), `layer`, `overlay` (JPEG).
 * @throws `UnreadablePhoto`; LittleDataError where head and base do not belong together, or there is no such class or layer.
 * @example
 * ```ts
 * import { explain } from 'little-data';
 * const { className, heat } = await explain('photo.jpg', { head: 'head.h5' });
 * console.log(className, heat);
 * ```
 *
 * Source: Selvaraju et al., Grad-CAM (arXiv 1610.02391).
 */
export async function explain(photo: string | Uint8Array, options: ExplainOptions): Promise<Explanation> {
  checkKeys('explain', options, ['head', 'base', 'className', 'layer']);
  const { head, base, layer } = options;
  return withPredictor({ head, base }, async (predictor) => {
    const { recipe } = predictor;
    const { probabilities, className: predicted } = await predictPhoto(photo, {
      head: predictor.head,
      base: predictor.base,
    });
    const className = options.className ?? predicted;
    const label = labelOf(className, predictor);
    const cut = cutBase(predictor.base, layer);
    const picture = await decodePhoto(photo, { exifOrientation: recipe.exifOrientation });
    const x = preparePixels([resizePhoto(picture, resizingOf(recipe))], {
      targetSize: recipe.targetSize,
      rescale: recipe.preprocessing.rescale,
      preprocessingFunction: preprocessingByName(recipe.preprocessing.function),
    });
    const heat = gradCam(x, { cut, head: predictor.head, label });
    x.dispose();
    return withView({
      photo: typeof photo === 'string' ? path.normalize(photo) : '(bytes)',
      ...{ className, probability: probabilities[className]!, layer: cut.name, heat },
      overlay: await overlayJpeg(picture, { heat, resizing: resizingOf(recipe) }),
    });
  });
}

/** A cell that ends in it shows it. The property can't be enumerated. */
function withView(explanation: Explanation): Explanation {
  return Object.defineProperty(explanation, displayName, { value: () => explanationBundle([explanation]) });
}

function labelOf(className: string, { classIndices }: Predictor): number {
  const label = classIndices[className];
  if (label !== undefined) return label;
  throw problem({
    where: '`className`',
    expected: `one of the head's classes ${Object.keys(classIndices).slice(0, 10).join(', ')}`,
    found: show(className),
    next: 'Leave it out for the predicted class.',
  });
}

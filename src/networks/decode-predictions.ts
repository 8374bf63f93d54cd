/** Names the classes of ImageNet in a network's output. */
import fs from 'node:fs';
import path from 'node:path';
import type { Tensor } from '@tensorflow/tfjs-node';
import { checkInteger, checkKeys, problem, show } from '../check';
import { fromProject } from '../paths';

/** One class of ImageNet, and how probable a network finds it. */
export interface ImageNetPrediction {
  /** The class's number in WordNet, such as `'n02123045'`. */
  wordnetId: string;
  /** Its name, such as `'tabby'`, with `_` for spaces. Two names (`crane`, `maillot`) stand for two classes each. */
  className: string;
  /** How probable the class is, 0..1. */
  probability: number;
}

/** The options of `decodePredictions`. */
export interface DecodePredictionsOptions {
  /** How many classes per photo. @default 5 */
  top?: number;
}

const classCount = 1000;
let classes: readonly (readonly [wordnetId: string, name: string])[] | undefined;

/**
 * The most probable classes of ImageNet for each photo, as Keras' `decode_predictions` gives them.
 *
 * @param predictions float32 `[n, 1000]`, probabilities from a network with `includeTop`; they are left as they are.
 * @param options `top`: how many classes per photo (5).
 * @returns for each photo its classes, the most probable first.
 * @throws LittleDataError where the predictions have another shape.
 * @example
 * ```ts
 * import { applications } from 'little-data';
 * import * as tf from '@tensorflow/tfjs-node';
 * const { decodePredictions, EfficientNetLite0 } = applications.efficientnetLite;
 * const model = await EfficientNetLite0({ includeTop: true });
 * const predictions = model.predict(tf.zeros([1, 224, 224, 3])) as tf.Tensor;
 * const [photo] = decodePredictions(predictions, { top: 3 });
 * console.log(photo);
 * ```
 */
export function decodePredictions(
  predictions: Tensor,
  options: DecodePredictionsOptions = {},
): ImageNetPrediction[][] {
  checkKeys('decodePredictions', options, ['top']);
  const top = checkInteger('top', options.top ?? 5, { min: 1, max: classCount });
  const shape = predictions?.shape;
  if (!Array.isArray(shape) || shape.length !== 2 || shape[1] !== classCount)
    throw problem({
      where: '`predictions`',
      expected: `a tensor of shape [n, ${classCount}], from a network with \`includeTop: true\``,
      found: Array.isArray(shape) ? `one of shape [${shape.join(', ')}]` : show(predictions),
      next: 'Pass what `model.predict` of such a network returns.',
    });
  const values = predictions.dataSync();
  return Array.from({ length: shape[0]! }, (_, row) =>
    Array.from(values.subarray(row * classCount, (row + 1) * classCount))
      .map((probability, label) => ({ probability, label }))
      .sort((a, b) => b.probability - a.probability)
      .slice(0, top)
      .map(({ probability, label }) => {
        const [wordnetId, className] = imageNetClasses()[label]!;
        return { wordnetId, className, probability };
      }),
  );
}

/** ImageNet's classes in the order of a network's output; `scripts/weights/imagenet_classes.py` makes the file. */
function imageNetClasses(): NonNullable<typeof classes> {
  classes ??= Object.values(
    JSON.parse(
      fs.readFileSync(fromProject(path.join('data', 'weights', 'imagenet_class_index.json')), 'utf8'),
    ),
  );
  return classes;
}

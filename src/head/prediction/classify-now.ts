/** Names what is on a photo, without any training. */
import { checkKeys } from '../../check';
import { decodePhoto } from '../../images/decode-photo';
import { resizePhoto } from '../../images/resize-photo';
import type { Base } from '../../networks/base';
import {
  type DecodePredictionsOptions,
  decodePredictions,
  type ImageNetPrediction,
} from '../../networks/decode-predictions';
import { EfficientNetLite0 } from '../../networks/efficientnet-lite';
import { networkFor } from '../../networks/network-for';
import { processState } from '../../state';
import { tf } from '../../tensorflow';

/**
 * Names what is on a photo, without any training: EfficientNet-Lite0 as it was trained, on the 1,000 classes of ImageNet. A photo
 * of something else gets the names of what looks like it.
 *
 * @param photo a path, or the bytes of a picture file.
 * @param options `top`: how many classes (5).
 * @returns the classes, the most probable first.
 * @throws `UnreadablePhoto`; LittleDataError where the weights are missing or damaged.
 * @example
 * ```ts
 * import { classifyNow } from 'little-data';
 * for (const { className, probability } of await classifyNow('photo.jpg'))
 *   console.log(className, probability);
 * ```
 */
export async function classifyNow(
  photo: string | Uint8Array,
  options: DecodePredictionsOptions = {},
): Promise<ImageNetPrediction[]> {
  checkKeys('classifyNow', options, ['top']);
  const picture = await decodePhoto(photo);
  const model = await wholeNetwork();
  const { flow, generator } = model.recommended;
  const pixels = resizePhoto(picture, flow);
  const preparation = { targetSize: flow.targetSize, rescale: 1, ...generator };
  const use = { photos: 1, preparation, sample: async () => pixels };
  const network = await networkFor(model, { precision: 'float32', use });
  const { values, shape } = await network.rows([pixels], preparation);
  const output = tf.tensor(values, [...shape]);
  const [classes] = decodePredictions(output, options);
  output.dispose();
  return classes!;
}

/** Loaded once per process. A load that failed is tried again by the next call. */
function wholeNetwork(): Promise<Base> {
  const kept = processState('whole network', () => ({ model: undefined as Promise<Base> | undefined }));
  kept.model ??= EfficientNetLite0({ includeTop: true }).catch((error) => {
    kept.model = undefined;
    throw error;
  });
  return kept.model;
}

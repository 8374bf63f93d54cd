/** Whose work goes along with an exported model. */
import { createHash } from 'node:crypto';
import type { LayersModel } from '@tensorflow/tfjs-node';

/** SHA-256 of the ImageNet weights' first kernel, float32: it tells them in a network made for any size of photos. */
const imagenetKernel = '564034bfdba3ca76c2787bb27101f4fff7fa318d2fbce72b98ee85a91ac7233c';

/** Who made the weights of `base`, as their licence asks to be said; undefined where they are not VGG16's of ImageNet. */
export function attributionOf(base: LayersModel): string | undefined {
  const values = base.getWeights()[0]?.dataSync();
  if (!values) return undefined;
  const hash = createHash('sha256').update(
    new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  );
  if (hash.digest('hex') !== imagenetKernel) return undefined;
  return 'The convolutional base is VGG16 with ImageNet weights by the Visual Geometry Group, University of Oxford (CC BY 4.0), converted by Keras.';
}

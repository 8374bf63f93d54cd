/** A base by its name, as a command's argument gives it, or by the path of a model's file. */
import type { LayersModel } from '@tensorflow/tfjs-node';
import { checkOneOf, problem } from '../check';
import { applications } from './applications';
import type { Base } from './base';
import type { Device } from './gpu/device';
import { loadBase } from './load-base';

const makers = {
  VGG16: applications.VGG16,
  EfficientNetLite0: applications.EfficientNetLite0,
  EfficientNetLite1: applications.EfficientNetLite1,
  EfficientNetLite2: applications.EfficientNetLite2,
  MobileNetV2: applications.MobileNetV2,
  ResNet50: applications.ResNet50,
  EfficientNetB0: applications.EfficientNetB0,
} satisfies Record<string, (options: never) => Promise<LayersModel>>;

/** What becomes of the last convolution's output: its mean or largest value per channel. */
export type Pooling = 'avg' | 'max';

/**
 * The base of a name, such as `EfficientNetLite0`, or of a model's file (`.keras`, `.h5`, `model.json`).
 *
 * @param options `pooling`: of a base with a name; `device` ('auto').
 * @throws where there is neither.
 */
export async function baseNamed(
  name: string,
  { pooling, device }: { pooling?: Pooling; device?: Device | undefined } = {},
): Promise<Base> {
  if (pooling !== undefined) checkOneOf('pooling', pooling, ['avg', 'max']);
  if (Object.hasOwn(makers, name))
    return makers[name as keyof typeof makers]({ ...(pooling && { pooling }), ...(device && { device }) });
  if (!/\.(keras|h5|json)$/.test(name))
    throw problem({
      where: '`base`',
      expected: `one of ${Object.keys(makers).join(', ')}, or the path of a model (.keras, .h5, model.json)`,
      found: JSON.stringify(name),
      next: 'Correct the name.',
    });
  if (pooling === undefined) return loadBase(name, device ? { device } : {});
  throw problem({
    where: '`pooling`',
    expected: 'a base with a name beside it',
    found: `the file ${name}`,
    next: "Leave it out: a model's file has its own last layer.",
  });
}

/** Keras' names: `applications.VGG16`, `applications.vgg16.preprocessInput`, `K.imageDataFormat()`. */
import { EfficientNetB0, efficientnetB0 } from './efficientnet-b0';
import {
  EfficientNetLite0,
  EfficientNetLite1,
  EfficientNetLite2,
  efficientnetLite,
} from './efficientnet-lite';
import { MobileNetV2, mobilenetV2 } from './mobilenet-v2';
import { ResNet50, resnet50 } from './resnet50';
import { preprocessInput, VGG16 } from './vgg16';

/** Networks that come with trained weights. */
export const applications = {
  VGG16,
  /** What belongs to VGG16, as in Keras' module of that name. */
  vgg16: { VGG16, preprocessInput },
  EfficientNetLite0,
  EfficientNetLite1,
  EfficientNetLite2,
  /** What belongs to EfficientNet-Lite. */
  efficientnetLite,
  MobileNetV2,
  /** What belongs to MobileNetV2. */
  mobilenetV2,
  ResNet50,
  /** What belongs to ResNet50. */
  resnet50,
  EfficientNetB0,
  /** What belongs to EfficientNet-B0. */
  efficientnetB0,
};

/** Keras' backend: what the tutorial asks it for. */
export const K = {
  /**
   * Where the colours stand in a batch of pixels: always last, `[n, height, width, 3]`, as TensorFlow has them.
   * @returns `'channels_last'`.
   * @example
   * ```ts
   * import { K } from 'little-data';
   * console.log(K.imageDataFormat());
   * ```
   */
  imageDataFormat: (): 'channels_last' | 'channels_first' => 'channels_last',
};

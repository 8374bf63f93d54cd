/** `ImageDataGenerator`, as in Keras: how photos are prepared for a network. */
import { checkKeys, checkNumber, checkOneOf } from '../../check';
import type { ExifOrientation } from '../../images/decode-photo';
import { DirectoryIterator, type FlowOptions } from './directory-iterator';
import type { Preparation } from './prepare-pixels';
import type { PreprocessingFunction } from './preprocessing';

/** The options of `ImageDataGenerator`. */
export interface GeneratorOptions {
  /** Factor of the pixels: `1 / 255` gives 0..1. @default 1 */
  rescale?: number;
  /** Applied after `rescale` to a batch `[n, height, width, 3]` (RGB), e.g. `applications.vgg16.preprocessInput`. @default none */
  preprocessingFunction?: PreprocessingFunction;
  /** `'apply'` turns photos as their camera recorded it, `'ignore'` reads them as Keras does. @default 'apply' */
  exifOrientation?: ExifOrientation;
}

/** Prepares photos for a network, as Keras' `ImageDataGenerator`. */
export class ImageDataGenerator implements Preparation {
  /** Factor of the pixels. */
  readonly rescale: number;
  /** Applied after `rescale`; undefined for none. */
  readonly preprocessingFunction: PreprocessingFunction | undefined;
  /** Whether photos are turned as their camera recorded it. */
  readonly exifOrientation: ExifOrientation;

  /**
   * Prepares photos for a network, as Keras' `ImageDataGenerator`.
   *
   * @param options `rescale`: factor of the pixels (1); `preprocessingFunction`: applied after it; `exifOrientation` ('apply').
   */
  constructor(options: GeneratorOptions = {}) {
    checkKeys('ImageDataGenerator', options, ['rescale', 'preprocessingFunction', 'exifOrientation']);
    this.rescale = checkNumber('rescale', options.rescale ?? 1);
    this.preprocessingFunction = options.preprocessingFunction;
    this.exifOrientation = checkOneOf('exifOrientation', options.exifOrientation ?? 'apply', [
      'apply',
      'ignore',
    ]);
  }

  /**
   * The photos of a folder of class folders, in batches; prints "Found 2000 images belonging to 2 classes.".
   *
   * @param directory a folder whose folders are the classes, also those without a photo, as in Keras. What else lies there is
   *   said: photos beside the class folders, other files. `.DS_Store` and the like are passed over in silence. Folders called
   *   `train`, `test` and the like are refused unless `classes` names them. What `reviewLabels` wrote into `labels.csv` holds: a photo
   *   has the class that was decided, or is left out.
   * @param options `targetSize` ([256, 256]), `interpolation` ('nearest'), `crop` ('none'), `cropFraction` (0.875), `batchSize` (32), `classMode` ('categorical'), `shuffle` (true), `seed`, `classes`,
   *   `strict` (false), `maxSeconds` (10), `verbose` (1).
   * @returns the batches: `.filenames`, `.classes`, `.classIndices`, `.samples`, and `for await (const { x, y } of ...)`.
   * @throws where the folder, a class folder or its photos are missing.
   * @example
   * ```ts
   * import { ImageDataGenerator } from 'little-data';
   * const datagen = new ImageDataGenerator({ rescale: 1 / 255 });
   * const flow = datagen.flowFromDirectory('flowers', { classMode: null, shuffle: false });
   * for await (const { x } of flow) {
   *   console.log(x.shape);
   *   x.dispose();
   * }
   * ```
   */
  flowFromDirectory(directory: string, options: FlowOptions = {}): DirectoryIterator {
    return new DirectoryIterator(directory, this, options);
  }
}

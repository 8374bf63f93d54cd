/** A base: a network without its top, and how photos are prepared for it. */
import type { LayersModel } from '@tensorflow/tfjs-node';
import { problem, show } from '../check';
import type { FlowOptions } from '../datasets/batches/directory-iterator';
import type { PreprocessingFunction } from '../datasets/batches/preprocessing';
import type { Device } from './gpu/device';

/** How photos are best prepared for a base: as those that it was trained on. */
export interface Recommended {
  /** For `new ImageDataGenerator(...)`. */
  generator: {
    /** Factor of the pixels. @default 1 */
    rescale?: number;
    /** What the network was trained on, made of the pixels. @default the pixels as they are */
    preprocessingFunction?: PreprocessingFunction;
  };
  /** For `flowFromDirectory(directory, ...)`. */
  flow: Required<Pick<FlowOptions, 'targetSize' | 'interpolation' | 'crop' | 'cropFraction'>>;
}

/** A network without its top. */
export interface Base extends LayersModel {
  /** Which processor runs it over photos. */
  readonly device: Device;
  /** How photos are best prepared for it. */
  readonly recommended: Recommended;
}

/** `model` with its settings; `device`: one of `checkDevice`. */
export function asBase(
  model: LayersModel,
  { recommended, device }: Pick<Base, 'recommended' | 'device'>,
): Base {
  return Object.assign(model, { recommended, device });
}

/** Photos of `side` x `side`, bicubic, of the centre: what networks for ImageNet are evaluated with. */
export function centred(side: number, preprocessingFunction: PreprocessingFunction): Recommended {
  return {
    generator: { preprocessingFunction },
    flow: { targetSize: [side, side], interpolation: 'bicubic', crop: 'center', cropFraction: 0.875 },
  };
}

/** Throws unless `shape` is one of RGB photos that a network can halve five times. */
export function checkPhotoShape(shape: readonly (number | null)[]): void {
  const fits = (side: number | null | undefined) => side === null || (Number.isInteger(side) && side! >= 32);
  if (shape.length === 3 && fits(shape[0]) && fits(shape[1]) && shape[2] === 3) return;
  throw problem({
    where: '`inputShape`',
    expected:
      '`[height, width, 3]`, height and width `null` or 32 or more (the network halves them five times)',
    found: show(shape),
    next: 'Pass such a shape, or leave it out for photos of any size.',
  });
}

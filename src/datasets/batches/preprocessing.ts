/** Preprocessing functions by name: a name can be saved beside features and heads, a function can't. */
import { createHash } from 'node:crypto';
import type { Tensor4D } from '@tensorflow/tfjs-node';
import { problem, show } from '../../check';
import { processState } from '../../state';
import { tf, valuesOf } from '../../tensorflow';

/** Turns a batch of pixels (float32 `[n, height, width, 3]`, RGB) into what the network was trained on. */
export type PreprocessingFunction = (pixels: Tensor4D) => Tensor4D;

/** How pixels are prepared, in words that can be compared and saved. */
export interface Preprocessing {
  /** Factor of every value. */
  rescale: number;
  /** The preprocessing function's name; `null` for none. */
  function: string | null;
  /** Digest of what the function makes of a fixed picture; earlier versions of this package did not record it. */
  digest?: string;
}

/**
 * Gives a preprocessing function a name, so that features computed with it are kept and a saved head finds it again.
 * A function that was edited is noticed by what it makes of a fixed picture: features are then computed again.
 *
 * @param name any text; a later function of the same name takes the place of an earlier one.
 * @param apply from pixels to what the network takes; it leaves its input as it is and frees what it makes in between.
 * @returns `apply`.
 * @example
 * ```ts
 * import { ImageDataGenerator, namePreprocessing } from 'little-data';
 * const centred = namePreprocessing('centred', (x) => x.sub(127.5));
 * const datagen = new ImageDataGenerator({ preprocessingFunction: centred });
 * ```
 */
export function namePreprocessing<T extends PreprocessingFunction>(name: string, apply: T): T {
  known().byName.set(name, apply);
  known().names.set(apply, name);
  return apply;
}

/** The name given to a preprocessing function; `undefined` where it has none. */
export function preprocessingName(apply: PreprocessingFunction): string | undefined {
  return known().names.get(apply);
}

/** The preprocessing function of a name; throws where none was given it in this process. */
export function preprocessingByName(name: string | null): PreprocessingFunction | undefined {
  if (name === null) return undefined;
  const apply = known().byName.get(name);
  if (apply) return apply;
  throw problem({
    where: `the preprocessing function "${name}"`,
    expected: `one of ${[...known().byName.keys()].join(', ')}`,
    found: 'no function of that name in this process',
    next: 'Run the cell that defines it and names it with `namePreprocessing`.',
  });
}

/**
 * The pixels after a preprocessing function, in its input's shape.
 * @throws LittleDataError where it gives anything else: rows would be mixed up, or partly empty.
 */
export function preprocessed(pixels: Tensor4D, apply: PreprocessingFunction): Tensor4D {
  const made: unknown = apply(pixels);
  if (made instanceof tf.Tensor && made.dtype === 'float32' && String(made.shape) === String(pixels.shape))
    return made as Tensor4D;
  const name = preprocessingName(apply);
  throw problem({
    where: name === undefined ? '`preprocessingFunction`' : `the preprocessing function "${name}"`,
    expected: `float32 pixels of the shape that it was given, [${pixels.shape.join(', ')}]`,
    found: made instanceof tf.Tensor ? `${made.dtype} [${made.shape.join(', ')}]` : show(made),
    next: 'Return a tensor of one row per photo. For another size of photos there is `targetSize`.',
  });
}

/** How many pixels of the fixed picture count: all of them would double the time of a short run. */
const sampled = 40;

/** Digest of what a preprocessing function makes of a fixed picture, in four significant digits: the same on each backend. */
export function preprocessingDigest(
  apply: PreprocessingFunction,
  { rescale, targetSize: [height, width] }: { rescale: number; targetSize: readonly [number, number] },
): string {
  const values = Float32Array.from(
    { length: 2 * height * width * 3 },
    (_, i) => ((i * 37 + (i >> 3)) % 256) * rescale,
  );
  const made = valuesOf(() => preprocessed(tf.tensor4d(values, [2, height, width, 3]), apply));
  const step = Math.max(1, Math.floor(made.length / 3 / sampled));
  // Whole pixels: each channel counts.
  const sample = made.filter((_, i) => Math.floor(i / 3) % step === 0);
  const text = Array.from(sample, (value) => value.toPrecision(4)).join();
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function known() {
  return processState('preprocessing', () => ({
    byName: new Map<string, PreprocessingFunction>(),
    names: new WeakMap<PreprocessingFunction, string>(),
  }));
}

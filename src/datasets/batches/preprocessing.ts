/** Preprocessing functions by name: a name can be saved beside features and heads, a function can't. */
import type { Tensor4D } from '@tensorflow/tfjs-node';
import { problem } from '../../check';
import { processState } from '../../state';

/** Turns a batch of pixels (float32 `[n, height, width, 3]`, RGB) into what the network was trained on. */
export type PreprocessingFunction = (pixels: Tensor4D) => Tensor4D;

/** How pixels are prepared, in words that can be compared and saved. */
export interface Preprocessing {
  /** Factor of every value. */
  rescale: number;
  /** The preprocessing function's name; `null` for none. */
  function: string | null;
}

/**
 * Gives a preprocessing function a name, so that features computed with it are kept and a saved head finds it again.
 * The name stands for what the function does: another content needs another name.
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

function known() {
  return processState('preprocessing', () => ({
    byName: new Map<string, PreprocessingFunction>(),
    names: new WeakMap<PreprocessingFunction, string>(),
  }));
}

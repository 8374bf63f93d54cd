/** A bar that shows how far something is. */
import { checkKeys, checkNumber } from '../../check';
import { Widget } from './widget';

/** The options of `progress`. */
export interface ProgressOptions {
  /** The value at the right end. @default 1 */
  max?: number;
}

/**
 * A bar that shows how far something is.
 *
 * @param label what stands before it.
 * @param options `max` (1).
 * @returns the control; setting `.value`, 0 to `max`, moves the bar.
 * @example
 * ```ts
 * import { progress } from 'little-data';
 * const bar = progress('epochs', { max: 50 });
 * bar.show();
 * bar.value = 10;
 * ```
 */
export function progress(label: string, options: ProgressOptions = {}): Widget<number> {
  checkKeys('progress', options, ['max']);
  const max = checkNumber('max', options.max ?? 1, { min: Number.MIN_VALUE });
  return new Widget<number>(
    {
      ...{ name: 'FloatProgressModel', view: 'ProgressView', style: 'ProgressStyle', label },
      state: { min: 0, max, bar_style: '', orientation: 'horizontal' },
      read: (state) => state.value as number,
      write: (value) => ({ value: checkNumber('value', value, { min: 0, max }) }),
      text: (value) => `${value} of ${max}`,
    },
    0,
  );
}

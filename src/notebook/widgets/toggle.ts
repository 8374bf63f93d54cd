/** A box that is ticked or not. */
import { checkKeys, checkOneOf } from '../../check';
import { Widget } from './widget';

/** The options of `toggle`. */
export interface ToggleOptions {
  /** Whether it is ticked at first. @default false */
  value?: boolean;
}

/**
 * A box that is ticked or not.
 *
 * @param label what stands beside it.
 * @param options `value` (false).
 * @returns the control; `.value` is true or false.
 * @throws LittleDataError where `value` is neither.
 * @example
 * ```ts
 * import { toggle } from 'little-data';
 * const early = toggle('stop early', { value: true });
 * early.show();
 * ```
 */
export function toggle(label: string, options: ToggleOptions = {}): Widget<boolean> {
  checkKeys('toggle', options, ['value']);
  const check = (value: boolean) => checkOneOf('value', value, [true, false]);
  return new Widget<boolean>(
    {
      ...{ name: 'CheckboxModel', view: 'CheckboxView', style: 'CheckboxStyle', label },
      state: { indent: false },
      read: (state) => state.value as boolean,
      write: (value) => ({ value: check(value) }),
      text: (value) => (value ? 'yes' : 'no'),
    },
    check(options.value ?? false),
  );
}

/** A line of text. */
import { checkKeys } from '../../check';
import { Widget } from './widget';

/** The options of `textInput`. */
export interface TextInputOptions {
  /** The text at first. @default '' */
  value?: string;
}

/**
 * A line of text.
 *
 * @param label what stands before it.
 * @param options `value` ('').
 * @returns the control; `.value` is the text, as soon as Enter is pressed or another place is clicked.
 * @example
 * ```ts
 * import { textInput } from 'little-data';
 * const name = textInput('name of the run', { value: 'first' });
 * name.show();
 * ```
 */
export function textInput(label: string, options: TextInputOptions = {}): Widget<string> {
  checkKeys('textInput', options, ['value']);
  return new Widget<string>(
    {
      ...{ name: 'TextModel', view: 'TextView', style: 'TextStyle', label },
      state: { continuous_update: false, placeholder: '' },
      read: (state) => state.value as string,
      write: (value) => ({ value: String(value) }),
    },
    options.value ?? '',
  );
}

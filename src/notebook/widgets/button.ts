/** A button; its value counts the clicks. */
import { checkKeys } from '../../check';
import { Widget } from './widget';

/** The options of `button`. */
export interface ButtonOptions {
  /** `'primary'` stands out. @default 'plain' */
  look?: 'plain' | 'primary';
}

/**
 * A button that can be clicked.
 *
 * @param label what stands on it.
 * @param options `look` ('plain' or 'primary').
 * @returns the control; `.value` is the number of clicks, so `onChange` is called at each.
 * @example
 * ```ts
 * import { button } from 'little-data';
 * const stop = button('Stop');
 * stop.onChange(() => console.log('stopped'));
 * stop.show();
 * ```
 */
export function button(label: string, options: ButtonOptions = {}): Widget<number> {
  checkKeys('button', options, ['look']);
  let clicks = 0;
  return new Widget<number>(
    {
      ...{ name: 'ButtonModel', view: 'ButtonView', style: 'ButtonStyle', label },
      // As wide as buttons are, and wider for more words.
      layout: { width: 'auto', min_width: '148px' },
      state: { button_style: options.look === 'primary' ? 'primary' : '' },
      read: () => clicks,
      write(value) {
        clicks = value;
        return {};
      },
      text: () => '(button)',
      message({ event }, widget) {
        if (event === 'click') widget.value = clicks + 1;
      },
    },
    0,
  );
}

/** Text with HTML that can be replaced. */
import { Widget } from './widget';

/**
 * Text with HTML.
 *
 * @param html the text. Escape what comes from files or people: JupyterLab draws it as it is.
 * @returns the control; setting `.value` replaces the text.
 * @example
 * ```ts
 * import { htmlView } from 'little-data';
 * const line = htmlView('<b>ready</b>');
 * line.show();
 * ```
 */
export function htmlView(html: string): Widget<string> {
  return new Widget<string>(
    {
      ...{ name: 'HTMLModel', view: 'HTMLView', style: 'HTMLStyle' },
      layout: { max_width: '100%' },
      state: { placeholder: '' },
      read: (state) => state.value as string,
      write: (value) => ({ value: String(value) }),
      text: (value) => value.replace(/<[^>]*>/g, ' ').trim(),
    },
    html,
  );
}

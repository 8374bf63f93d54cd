/** Widgets beside, below and behind one another. */
import { problem, show } from '../../check';
import { type AnyWidget, Widget } from './widget';
import { reference } from './widget-model';

/**
 * Widgets beside one another; where the cell is too narrow, they go on in the next line.
 *
 * @param children the widgets, from left to right. `close` closes them too.
 * @returns the box; its `.value` is the values of its widgets.
 * @example
 * ```ts
 * import { button, hbox } from 'little-data';
 * hbox([button('Train'), button('Stop')]).show();
 * ```
 */
export function hbox(children: readonly AnyWidget[]): Widget<unknown[]> {
  return box('HBox', children, { flex_flow: 'row wrap' });
}

/**
 * Widgets below one another.
 *
 * @param children the widgets, from top to bottom. `close` closes them too.
 * @returns the box; its `.value` is the values of its widgets.
 * @example
 * ```ts
 * import { slider, toggle, vbox } from 'little-data';
 * vbox([slider('units', { min: 16, max: 512 }), toggle('stop early')]).show();
 * ```
 */
export function vbox(children: readonly AnyWidget[]): Widget<unknown[]> {
  return box('VBox', children, {});
}

/**
 * Widgets behind one another, each with a title to click on.
 *
 * @param pages the widgets by their titles. `close` closes them too.
 * @returns the tabs; its `.value` is the values of all pages.
 * @example
 * ```ts
 * import { htmlView, tabs, toggle } from 'little-data';
 * tabs({ settings: toggle('stop early'), help: htmlView('<b>...</b>') }).show();
 * ```
 */
export function tabs(pages: Record<string, AnyWidget>): Widget<unknown[]> {
  const titles = Object.keys(pages);
  return box('Tab', Object.values(pages), {}, { titles, selected_index: 0 });
}

function box(
  name: string,
  children: readonly AnyWidget[],
  layout: Record<string, string>,
  state: Record<string, unknown> = {},
): Widget<unknown[]> {
  const wrong = Array.isArray(children) ? children.find((child) => !(child instanceof Widget)) : children;
  if (wrong !== undefined)
    throw problem({
      where: 'the widgets of a box',
      expected: 'widgets, such as `slider(...)` gives',
      found: show(wrong),
      next: 'Pass them as a list.',
    });
  return new Widget<unknown[]>(
    {
      ...{ name: `${name}Model`, view: `${name}View`, layout, children },
      state: { children: children.map(({ model }) => reference(model)), box_style: '', ...state },
      read: () => children.map(({ value }) => value),
      write: () => ({}),
    },
    [],
  );
}

/** A control in a notebook: a value that a person changes with the mouse, and a cell reads. */
import { displayBundle, displayName, type MimeBundle } from '../display';
import { escapeHtml } from '../escape-html';
import { closeWithCell } from './close-with-cell';
import { openModel, reference, type WidgetModel, type WidgetState } from './widget-model';

/** How a control is drawn, and how its value stands in the state. */
export interface WidgetKind<T> {
  /** Names of Jupyter's model and view, such as `IntSliderModel` and `IntSliderView`. */
  name: string;
  view: string;
  /** Its style model: its name without `Model`, or none. */
  style?: string;
  /** What stands before it. */
  label?: string;
  /** The other values of the state. */
  state?: WidgetState;
  /** Its CSS, such as `{ width: '300px' }`. */
  layout?: WidgetState;
  read(state: WidgetState): T;
  write(value: T): WidgetState;
  /** The value as text. */
  text?(value: T): string;
  /** What a front end sends beside changes. */
  message?(content: Record<string, unknown>, widget: Widget<T>): void;
  /** The widgets in it. */
  children?: readonly AnyWidget[];
}

/** A widget with a value of any type. */
export type AnyWidget = Pick<Widget<unknown>, 'show' | 'close' | 'text' | 'model'> & {
  readonly value: unknown;
};

/**
 * A control that a front end draws, such as `slider(...)` gives. Where none can be drawn (VS Code, a page of nbconvert, a
 * program) its value stands as text.
 */
export class Widget<T> {
  private readonly listeners = new Set<(value: T) => void>();
  private readonly models: WidgetModel[];
  private last: T;

  /** @internal */
  constructor(
    private readonly kind: WidgetKind<T>,
    value: T,
  ) {
    const { name, view, style, label, state = {}, layout = {} } = kind;
    const look = openModel({ module: 'base', name: 'LayoutModel', view: 'LayoutView' }, layout);
    const own = style
      ? [openModel({ module: 'controls', name: `${style}Model`, view: 'StyleView' }, styleOf(style))]
      : [];
    const model = openModel(
      { module: 'controls', name, view },
      {
        layout: reference(look),
        ...(own[0] && { style: reference(own[0]) }),
        ...(label !== undefined && { description: label }),
        ...{ disabled: false, tooltip: null, ...state, ...kind.write(value) },
      },
      { changed: () => this.changed(), message: (content) => kind.message?.(content, this) },
    );
    this.models = [model, ...own, look];
    this.last = value;
    closeWithCell(this);
  }

  /** The value now. Setting it moves the control, and calls the functions given to `onChange`. */
  get value(): T {
    return this.kind.read(this.model.state);
  }
  set value(value: T) {
    this.model.set(this.kind.write(value));
    this.changed();
  }

  /** What other widgets refer to. @internal */
  get model(): WidgetModel {
    return this.models[0]!;
  }

  /**
   * Calls `listener` with each new value, also while another cell runs. An error of the listener is printed below the cell.
   * @param listener is given the value.
   * @returns a function that ends this.
   * @example
   * ```ts
   * import { slider } from 'little-data';
   * slider('units', { max: 512 }).onChange((value) => console.log(value));
   * ```
   */
  onChange(listener: (value: T) => void | Promise<void>): () => void {
    const safe = (value: T) => {
      // A promise too: nobody else waits for it.
      (async () => listener(value))().catch((error: unknown) => console.error(error));
    };
    this.listeners.add(safe);
    return () => this.listeners.delete(safe);
  }

  /**
   * Shows the control below the running cell. It can be shown in several places.
   * @example
   * ```ts
   * import { slider } from 'little-data';
   * slider('units', { max: 512 }).show();
   * ```
   */
  show(): void {
    displayBundle(this[displayName]());
  }

  /** A cell that ends in the widget shows it. @internal */
  [displayName](): MimeBundle {
    const text = this.text();
    return {
      'application/vnd.jupyter.widget-view+json': {
        ...{ version_major: 2, version_minor: 0, model_id: this.model.id },
      },
      'text/html': `<pre>${text.split('\n').map(escapeHtml).join('\n')}</pre>`,
      'text/plain': text,
    };
  }

  /**
   * Removes the control from all places where it is shown. It keeps its value.
   * @example
   * ```ts
   * import { slider } from 'little-data';
   * slider('units', { max: 512 }).close();
   * ```
   */
  close(): void {
    this.listeners.clear();
    for (const child of this.kind.children ?? []) child.close();
    for (const model of this.models) model.close();
  }

  /** Its label and value as text, and those of the widgets in it. @internal */
  text(): string {
    const { label, children, text = (value: T) => String(value) } = this.kind;
    if (children)
      return children
        .map((child) => child.text())
        .filter(Boolean)
        .join('\n');
    return [label, text(this.value)].filter(Boolean).join(': ');
  }

  private changed(): void {
    const { value } = this;
    // A front end sends a value again, for example when a slider is let go.
    if (value === this.last) return;
    this.last = value;
    for (const listener of this.listeners) listener(value);
  }
}

/** Labels are shown whole. */
function styleOf(style: string): WidgetState {
  return style === 'ButtonStyle' ? {} : { description_width: 'initial' };
}

/** Runs a function again whenever one of its settings is moved. */
import { problem, show } from '../../check';
import { escapeHtml } from '../escape-html';
import { vbox } from './boxes';
import { keepOutput } from './comms';
import { dropdown } from './dropdown';
import { htmlView } from './html-view';
import { slider } from './slider';
import { textInput } from './text-input';
import { toggle } from './toggle';
import { type AnyWidget, Widget } from './widget';

/** After the last move it is waited so long (ms) before the function runs: a slider sends each value that it passes. */
const settleFor = 150;

/**
 * A setting: `[min, max]` or `[min, max, step]` and a number are sliders, a list of texts a dropdown, true or false a
 * toggle, a text a text field; or any widget.
 */
export type Setting = readonly number[] | number | readonly string[] | boolean | string | AnyWidget;

/** What the function of `interact` is given for its settings. */
export type SettingValues<S> = {
  [Name in keyof S]: S[Name] extends Widget<infer T>
    ? T
    : S[Name] extends readonly number[] | number
      ? number
      : S[Name] extends readonly (infer Text extends string)[]
        ? Text
        : S[Name] extends boolean
          ? boolean
          : string;
};

/**
 * Shows a control for each setting, and runs `work` with their values: at once, and whenever one was moved. It never runs
 * twice at once: moved meanwhile, it runs once more with the newest values. An error is shown below the controls.
 *
 * @param settings by name; a number `n` becomes a slider from 0 to `2 n`, as in ipywidgets.
 * @param work what is run; what it prints goes below the cell.
 * @example
 * ```ts
 * import { interact } from 'little-data';
 * interact({ units: [16, 512], dropout: 0.5, optimizer: ['adam', 'sgd'] }, ({ units, optimizer }) => {
 *   console.log(units, optimizer);
 * });
 * ```
 */
export function interact<const S extends Record<string, Setting>>(
  settings: S,
  work: (values: SettingValues<S>) => unknown,
): void {
  if (typeof work !== 'function')
    throw problem({
      where: 'interact',
      expected: 'a function that takes the values',
      found: show(work),
      next: 'Pass it behind the settings.',
    });
  const controls = Object.entries(settings).map(
    ([name, setting]) => [name, controlOf(name, setting)] as const,
  );
  const message = htmlView('');
  const below = keepOutput();
  const run = newestOnly(async () => {
    const values = Object.fromEntries(controls.map(([name, { value }]) => [name, value]));
    try {
      await below(() => work(values as SettingValues<S>));
      message.value = '';
    } catch (error) {
      const { name, message: text } =
        error instanceof Error ? error : { name: 'Error', message: String(error) };
      message.value = `<pre style="color: var(--jp-error-color0, #b00020)">${escapeHtml(`${name}: ${text}`)}</pre>`;
    }
  });
  let timer: NodeJS.Timeout | undefined;
  for (const [, control] of controls)
    control.onChange(() => {
      clearTimeout(timer);
      timer = setTimeout(run, settleFor);
    });
  vbox([...controls.map(([, control]) => control), message]).show();
  run();
}

/** A widget that tells when it was moved. */
type Control = AnyWidget & { onChange(listener: () => void): unknown };

/** Runs `work`; called again meanwhile, once more after it. */
function newestOnly(work: () => Promise<void>): () => void {
  let [running, again] = [false, false];
  return async () => {
    again = true;
    if (running) return;
    running = true;
    while (again) {
      again = false;
      await work();
    }
    running = false;
  };
}

function controlOf(name: string, setting: Setting): Control {
  if (setting instanceof Widget) return setting as Control;
  if (typeof setting === 'boolean') return toggle(name, { value: setting });
  if (typeof setting === 'string') return textInput(name, { value: setting });
  if (typeof setting === 'number') {
    const [min, max] = setting < 0 ? [2 * setting, 0] : [0, setting === 0 ? 1 : 2 * setting];
    return slider(name, { min, max, value: setting });
  }
  if (Array.isArray(setting) && setting.every((each) => typeof each === 'number')) {
    const [min, max, step] = setting as number[];
    if (setting.length === 2 || setting.length === 3)
      return slider(name, { min, max, ...(step !== undefined && { step }) });
  }
  if (Array.isArray(setting) && setting.length > 0 && setting.every((each) => typeof each === 'string'))
    return dropdown(name, { choices: setting as string[] });
  throw problem({
    where: `the setting \`${name}\` of interact`,
    expected: '[min, max], [min, max, step], a number, a list of texts, true, false, a text, or a widget',
    found: show(setting),
    next: 'Pass one of these.',
  });
}

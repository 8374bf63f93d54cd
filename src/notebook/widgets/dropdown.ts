/** A list of which one is chosen. */
import { checkKeys, checkNames, checkOneOf } from '../../check';
import { Widget } from './widget';

/** The options of `dropdown`. */
export interface DropdownOptions<T extends string> {
  /** What can be chosen. */
  choices: readonly T[];
  /** What is chosen at first. @default the first of `choices` */
  value?: T;
}

/**
 * A list of which one is chosen.
 *
 * @param label what stands before it.
 * @param options `choices`: texts, each once; `value`: the one that is chosen at first.
 * @returns the control; `.value` is the chosen text.
 * @throws LittleDataError where `value` is none of the choices.
 * @example
 * ```ts
 * import { dropdown } from 'little-data';
 * const optimizer = dropdown('optimizer', { choices: ['adam', 'sgd'] });
 * optimizer.show();
 * ```
 */
export function dropdown<T extends string>(label: string, options: DropdownOptions<T>): Widget<T> {
  checkKeys('dropdown', options, ['choices', 'value']);
  const choices = checkNames('choices', options.choices) as readonly T[];
  const value = checkOneOf('value', options.value ?? choices[0], choices) as T;
  return new Widget<T>(
    {
      ...{ name: 'DropdownModel', view: 'DropdownView', style: 'DescriptionStyle', label },
      layout: { width: '320px', max_width: '100%' },
      state: { _options_labels: choices },
      read: ({ index }) => choices[index as number]!,
      write: (next) => ({ index: choices.indexOf(checkOneOf('value', next, choices)) }),
    },
    value,
  );
}

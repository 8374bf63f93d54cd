/** A slider: whole numbers, fractions, or powers of ten. */
import { checkInteger, checkKeys, checkNumber, checkOneOf, problem } from '../../check';
import { Widget } from './widget';

/** The options of `slider`. */
export interface SliderOptions {
  /** The value at the left end. @default 0, on a log scale 1e-5 */
  min?: number;
  /** The value at the right end. @default 1 */
  max?: number;
  /** The value at first. @default `min` */
  value?: number;
  /** The distance between two values; on a log scale, between two exponents. @default 1 for 'int', 0.01 for 'float', 0.1 for 'log' */
  step?: number;
  /** `'int'`: whole numbers, `'float'`: fractions too, `'log'`: each step multiplies. @default 'int' where min, max, value and step are integers, else 'float' */
  scale?: 'int' | 'float' | 'log';
}

/**
 * A slider for a number.
 *
 * @param label what stands before it.
 * @param options `min` (0), `max` (1), `value` (`min`), `step`, `scale` ('int', 'float' or 'log').
 * @returns the control; `.value` is the number, also while it is being moved.
 * @throws LittleDataError where the numbers do not fit each other.
 * @example
 * ```ts
 * import { slider } from 'little-data';
 * const rate = slider('learning rate', { scale: 'log', min: 1e-5, max: 0.1, value: 0.001 });
 * rate.show();
 * console.log(rate.value);
 * ```
 */
export function slider(label: string, options: SliderOptions = {}): Widget<number> {
  checkKeys('slider', options, ['min', 'max', 'value', 'step', 'scale']);
  const log = options.scale === 'log';
  const { min = log ? 1e-5 : 0, max = 1, value = min, step } = options;
  const all = [min, max, value, ...(step === undefined ? [] : [step])];
  const integers = all.every(Number.isInteger) && !(max - min <= 1);
  const scale = checkOneOf('scale', options.scale ?? (integers ? 'int' : 'float'), ['int', 'float', 'log']);
  const check = scale === 'int' ? checkInteger : checkNumber;
  check('min', min, log ? { min: Number.MIN_VALUE } : {});
  check('max', max);
  if (min >= max)
    throw problem({
      where: 'slider',
      expected: '`min` below `max`',
      found: `${min} and ${max}`,
      next: 'Change one of them.',
    });
  check('value', value, { min, max });
  if (step !== undefined) check('step', step, { min: Number.EPSILON });
  const ends = log ? { base: 10, min: Math.log10(min), max: Math.log10(max) } : { min, max };
  const name = { int: 'IntSlider', float: 'FloatSlider', log: 'FloatLogSlider' }[scale];
  const format = { int: 'd', float: '.4~g', log: '.3~g' }[scale];
  return new Widget<number>(
    {
      ...{ name: `${name}Model`, view: `${name}View`, style: 'SliderStyle', label },
      layout: { width: '420px', max_width: '100%' },
      state: {
        ...ends,
        step: step ?? { int: 1, float: 0.01, log: 0.1 }[scale],
        ...{ readout: true, readout_format: format, orientation: 'horizontal' },
        ...{ continuous_update: true, behavior: 'drag-tap' },
      },
      read: (state) => state.value as number,
      write: (next) => ({ value: check('value', next, { min, max }) }),
      text: (now) => String(Number(now.toPrecision(4))),
    },
    value,
  );
}

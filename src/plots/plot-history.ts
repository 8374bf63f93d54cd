/** The curves of a training run as Vega-Lite specifications. */
import { checkKeys, checkNumber, checkOneOf, problem, show } from '../check';
import type { ChartSpec } from './chart';
import { acrossColour, curveEncoding, curveLayers, splits, textColour } from './curves';

/** What a plot needs of a run: numbers per epoch by name, as Keras' `history.history`. */
export interface PlottedHistory {
  /** `acc`, `val_acc`, `loss`, `val_loss` (or `accuracy`, `val_accuracy`): one number per epoch. */
  history: Record<string, readonly number[]>;
}

/** The options of `plotHistory`. */
export interface PlotHistoryOptions {
  /** `'acc'` (or `'accuracy'`) or `'loss'`. @default 'acc' */
  metric?: string;
  /** Heading of the plot. @default 'model accuracy' or 'model loss' */
  title?: string;
  /** How many epochs the horizontal axis has. @default the epochs there are */
  epochs?: number;
  /** An accuracy, 0..1, to draw as a dotted line, such as `evaluateHead(...).baseline`. @default none */
  baseline?: number;
  /** Width in pixels. @default 420 */
  width?: number;
  /** Height in pixels. @default 260 */
  height?: number;
}

/**
 * The curve of a metric over the epochs, train and validation, as a Vega-Lite 5 specification (plain JSON);
 * `showChart` draws it.
 *
 * @param history one run, or several by name (`{ 'RGB / 255': a.history, ... }`) to compare in one plot.
 * @param options `metric` ('acc'), `title`, `epochs`, `baseline`, `width` (420), `height` (260).
 * @returns the specification; its `description` says the last values in words.
 * @throws LittleDataError where the history lacks the metric.
 * @example
 * ```ts
 * import { plotHistory } from 'little-data';
 *
 * const history = { acc: [0.7, 0.9], val_acc: [0.6, 0.8] };
 * console.log(plotHistory({ history }).description);
 * ```
 */
export function plotHistory(
  history: PlottedHistory | Record<string, PlottedHistory>,
  options: PlotHistoryOptions = {},
): ChartSpec {
  checkKeys('plotHistory', options, ['metric', 'title', 'epochs', 'baseline', 'width', 'height']);
  const { metric = 'acc', title, epochs, baseline, width = 420, height = 260 } = options;
  const key = checkOneOf('metric', metric === 'accuracy' ? 'acc' : metric, ['acc', 'loss']);
  const word = key === 'acc' ? 'accuracy' : 'loss';
  const values = runsOf(history).flatMap(({ name, run }) => pointsOf(name, run, key, word));
  const runs = [...new Set(values.map((value) => value.run))];
  const last = epochs ?? Math.max(1, ...values.map((value) => value.epoch));
  const heading = title ?? `model ${word}`;
  if (baseline !== undefined) checkBaseline(baseline, key);
  const curves = {
    data: { values },
    encoding: {
      x: {
        field: 'epoch',
        type: 'quantitative',
        title: 'epoch',
        axis: { format: 'd', ...epochTicks(last) },
        scale: { domain: [1, Math.max(last, 2)] },
      },
      y: { field: 'value', type: 'quantitative', title: word, scale: { zero: false } },
      tooltip: ['run', 'split', 'epoch', 'value'].map((field) => ({
        field,
        type: field === 'run' || field === 'split' ? 'nominal' : 'quantitative',
      })),
    },
    layer: curveLayers(
      runs.length > 1 ? curveEncoding('run', runs) : curveEncoding('split', splits),
      Math.max(0, ...values.map((value) => value.epoch)),
    ),
  };
  const words = baseline === undefined ? '' : ` ${baselineWords(baseline)}.`;
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
    title: heading,
    description: `${heading}: ${word} per epoch. ${ends(values)}${words}`,
    width,
    height,
    ...(baseline === undefined ? curves : { layer: [...baselineLayers(baseline), curves] }),
  };
}

/** Whole epochs: of few epochs Vega would make ticks between them too. */
function epochTicks(last: number): ChartSpec {
  return last > 10
    ? { tickMinStep: 1 }
    : { values: Array.from({ length: Math.max(last, 2) }, (_, i) => i + 1) };
}

/** A dotted line across, and what it is in words: it must not be told from the curves by its colour alone. */
function baselineLayers(baseline: number): ChartSpec[] {
  const data = { values: [{ value: baseline, text: baselineWords(baseline) }] };
  const y = { field: 'value', type: 'quantitative' };
  return [
    { data, mark: { type: 'rule', strokeDash: [2, 4], color: acrossColour }, encoding: { y } },
    {
      data,
      mark: { type: 'text', align: 'left', baseline: 'bottom', dx: 4, dy: -2, color: textColour },
      encoding: { y, x: { value: 0 }, text: { field: 'text', type: 'nominal' } },
    },
  ];
}

function baselineWords(baseline: number): string {
  return `always the largest class: ${baseline.toFixed(3)}`;
}

function checkBaseline(baseline: number, key: string): void {
  checkNumber('baseline', baseline, { min: 0, max: 1 });
  if (key === 'acc') return;
  throw problem({
    where: 'plotHistory',
    expected: "`baseline` with `metric: 'acc'`: it is a fraction of right predictions",
    found: "`metric: 'loss'`",
    next: 'Leave `baseline` out, or plot the accuracy.',
  });
}

interface Point {
  run: string;
  split: (typeof splits)[number];
  epoch: number;
  value: number;
}

function runsOf(
  history: PlottedHistory | Record<string, PlottedHistory>,
): { name: string; run: PlottedHistory }[] {
  const single = history as PlottedHistory;
  const first = Object.values(single?.history ?? {})[0];
  if (Array.isArray(first)) return [{ name: '', run: single }];
  const runs = Object.entries((history ?? {}) as Record<string, PlottedHistory>);
  if (runs.length > 0) return runs.map(([name, run]) => ({ name, run }));
  throw problem({
    where: 'the history given to plotHistory',
    expected: 'a run, or several by name',
    found: show(history),
    next: 'Pass the `history` that trainHead returned.',
  });
}

function pointsOf(name: string, run: PlottedHistory, key: string, word: string): Point[] {
  const numbers = run?.history?.[key] ?? run?.history?.[word];
  if (!numbers) {
    throw problem({
      where: `the history${name && ` "${name}"`} given to plotHistory`,
      expected: `an object with \`history.${key}\`, numbers per epoch`,
      found: run?.history ? `the names ${Object.keys(run.history).join(', ') || '(none)'}` : show(run),
      next: 'Pass the `history` that trainHead returned.',
    });
  }
  const held = run.history[`val_${key}`] ?? run.history[`val_${word}`] ?? [];
  const points = (split: Point['split'], list: readonly number[]) =>
    list.map((value, i) => ({ run: name, split, epoch: i + 1, value }));
  return [...points('train', numbers), ...points('validation', held)];
}

/** The last values in words, for people who can't see the curve. */
function ends(values: Point[]): string {
  const last = new Map(values.map((point) => [[point.run, point.split].filter(Boolean).join(' '), point]));
  return [...last]
    .map(([name, { epoch, value }]) => `${name}: ${value.toFixed(4)} at epoch ${epoch}.`)
    .join(' ');
}

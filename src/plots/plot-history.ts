/** The curves of a training run as Vega-Lite specifications. */
import { checkKeys, checkNumber, checkOneOf, problem, show } from '../check';
import type { ChartSpec } from './chart';
import { crosshair } from './crosshair';
import {
  acrossColour,
  chartConfig,
  curveEncoding,
  curveLayers,
  splits,
  textColour,
  windowWidth,
} from './curves';
import { smoothing } from './smoothing';

/** What a plot needs of a run: numbers per epoch by name, as Keras' `history.history`. A run's record has them too. */
export interface PlottedHistory {
  /** What the legend calls it, in a list of runs. @default 'run 1', 'run 2', ... */
  name?: string;
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
  /** Width in pixels. @default in JupyterLab as wide as the window allows, up to 720; elsewhere 420 */
  width?: number;
  /** Height in pixels. @default 260 */
  height?: number;
}

/** One run, a list of runs, or runs by name. */
export type PlottedHistories =
  | PlottedHistory
  | readonly PlottedHistory[]
  | Readonly<Record<string, PlottedHistory>>;

/**
 * The curve of a metric over the epochs, train and validation, as a Vega-Lite 5 specification (plain JSON);
 * `showChart` draws it. In JupyterLab the pointer shows all curves' values at the nearest epoch, a click on a name in the
 * legend fades the others, a slider smooths, dragging moves, Shift and the wheel zoom, a double click ends it.
 *
 * @param history one run; or several to compare in one plot: by name (`{ 'RGB / 255': a.history, ... }`), or a list, such as
 *   of run records.
 * @param options `metric` ('acc'), `title`, `epochs`, `baseline`, `width` (as the window), `height` (260).
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
export function plotHistory(history: PlottedHistories, options: PlotHistoryOptions = {}): ChartSpec {
  checkKeys('plotHistory', options, ['metric', 'title', 'epochs', 'baseline', 'width', 'height']);
  const { metric = 'acc', title, epochs, baseline, width, height = 260 } = options;
  const key = checkOneOf('metric', metric === 'accuracy' ? 'acc' : metric, ['acc', 'loss']);
  const word = key === 'acc' ? 'accuracy' : 'loss';
  const curves = runsOf(history).flatMap(({ name, run }) => curvesOf(name, run, key, word));
  const runs = [...new Set(curves.map(({ run }) => run))];
  const longest = Math.max(0, ...curves.map(({ values }) => values.length));
  const last = epochs ?? Math.max(1, longest);
  const heading = title ?? `model ${word}`;
  if (baseline !== undefined) checkBaseline(baseline, key);
  const field = runs.length > 1 ? 'run' : 'split';
  // A chart of a run under way has no slider: each redrawing would put it back.
  const smooth = longest > 10 && longest >= last ? smoothing(['run', 'split']) : undefined;
  const x = {
    ...{ field: 'epoch', type: 'quantitative', title: 'epoch' },
    axis: { format: 'd', ...epochTicks(last) },
    scale: { domain: [1, Math.max(last, 2)], nice: false, padding: 5 },
  };
  const y = {
    ...{ field: smooth ? 'smooth' : 'value', type: 'quantitative', title: word },
    scale: { domain: steadyDomain(key, curves, baseline), padding: 5 },
  };
  const drawn = {
    data: { values: curves.flatMap(pointsOf) },
    ...(smooth && { transform: smooth.transform }),
    encoding: { x, y },
    layer: curveLayers(curveEncoding(field, field === 'run' ? runs : splitsIn(curves)), field, longest),
  };
  const words = baseline === undefined ? '' : ` ${baselineWords(baseline)}.`;
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
    title: heading,
    description: `${heading}: ${word} per epoch. ${ends(curves)}${words}`,
    ...{ width: width ?? defaultWidth, height },
    params: [...(width === undefined ? [windowWidth(defaultWidth)] : []), ...(smooth?.params ?? [])],
    layer: [
      ...(baseline === undefined ? [] : baselineLayers(baseline, y.scale)),
      drawn,
      crosshair(
        curves.map(({ run, split, values }) => ({ name: [run, split].filter(Boolean).join(' '), values })),
      ),
    ],
    config: chartConfig,
  };
}

/** A run without validation has no word of it in the legend. A chart without a curve so far has both. */
function splitsIn(curves: readonly Curve[]): readonly string[] {
  const isThere = (split: string) => curves.length === 0 || curves.some((curve) => curve.split === split);
  return splits.filter(isThere);
}

/** Where nothing else is known (px). */
const defaultWidth = 420;

/** An axis that stays while curves grow: up to 1 for accuracy, down to 0 for loss. */
function steadyDomain(key: string, curves: readonly Curve[], baseline?: number): [number, number] {
  const all = [...curves.flatMap(({ values }) => values), baseline].filter(
    (value): value is number => value !== undefined && Number.isFinite(value),
  );
  if (key === 'acc') return [Math.floor(Math.min(0.9, ...all) * 10) / 10, 1];
  const top = Math.max(0.1, ...all);
  const step = 10 ** Math.floor(Math.log10(top)) / 5;
  return [0, Number((Math.ceil(top / step) * step).toPrecision(3))];
}

/** Whole epochs: of few epochs Vega would make ticks between them too. */
function epochTicks(last: number): ChartSpec {
  return last > 10
    ? { tickMinStep: 1 }
    : { values: Array.from({ length: Math.max(last, 2) }, (_, i) => i + 1) };
}

/** A dotted line across, and what it is in words: it must not be told from the curves by its colour alone. */
function baselineLayers(baseline: number, scale: ChartSpec): ChartSpec[] {
  const data = { values: [{ value: baseline, text: baselineWords(baseline) }] };
  const y = { field: 'value', type: 'quantitative', scale };
  return [
    { data, mark: { type: 'rule', strokeDash: [2, 4], color: acrossColour }, encoding: { y } },
    {
      data,
      mark: { type: 'text', align: 'right', baseline: 'bottom', dx: -8, dy: -2, color: textColour },
      encoding: { y, x: { value: 'width' }, text: { field: 'text', type: 'nominal' } },
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

interface Curve {
  run: string;
  split: (typeof splits)[number];
  values: readonly number[];
}

function runsOf(history: PlottedHistories): { name: string; run: PlottedHistory }[] {
  if (Array.isArray(history) && history.length > 0) return namedRuns(history);
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

/** The runs of a list: a name that comes again is numbered, so that each has a curve of its own. */
function namedRuns(runs: readonly PlottedHistory[]): { name: string; run: PlottedHistory }[] {
  const counts = new Map<string, number>();
  return runs.map((run, i) => {
    const name = run?.name ?? `run ${i + 1}`;
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return { name: count > 1 ? `${name} (${count})` : name, run };
  });
}

function curvesOf(name: string, run: PlottedHistory, key: string, word: string): Curve[] {
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
  // Copies: a history grows while its run goes on.
  const curves: Curve[] = [
    { run: name, split: 'train', values: [...numbers] },
    { run: name, split: 'validation', values: [...held] },
  ];
  return curves.filter(({ values }) => values.length > 0);
}

function pointsOf({ run, split, values }: Curve): object[] {
  return values.map((value, i) => ({ run, split, epoch: i + 1, value }));
}

/** The last values in words, for people who can't see the curve. */
function ends(curves: readonly Curve[]): string {
  return curves
    .map(({ run, split, values }) => {
      const name = [run, split].filter(Boolean).join(' ');
      return `${name}: ${values.at(-1)!.toFixed(4)} at epoch ${values.length}.`;
    })
    .join(' ');
}

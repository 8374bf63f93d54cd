/** The chart of the training panel: accuracy and loss side by side, earlier runs in grey behind the one under way. */
import type { ChartSpec } from './chart';
import { chartConfig, curveEncoding, splits } from './curves';

/** Numbers per epoch by name, as Keras' `history.history`. */
type Curves = Readonly<Record<string, readonly number[]>>;

/** Of earlier runs: told from the background, and from the curves. */
const ghostColour = '#9a9a9a';

/**
 * A Vega-Lite 5 specification (plain JSON).
 * @param current the run under way, or none yet.
 * @param options `ghosts`: earlier runs, of which the validation curve is drawn; `epochs`: how long the axis is.
 */
export function panelChart(
  current: Curves,
  { ghosts, epochs }: { ghosts: readonly Curves[]; epochs: number },
): ChartSpec {
  const part = (name: 'acc' | 'loss', title: string) => ({
    ...{ title, width: 290, height: 200 },
    layer: [
      {
        data: {
          values: ghosts.flatMap((ghost, i) => points(ghost[`val_${name}`] ?? ghost[name], { run: i })),
        },
        mark: { type: 'line', strokeWidth: 1, strokeDash: [6, 3], color: ghostColour, clip: true },
        encoding: { ...axes(name, epochs), detail: { field: 'run', type: 'nominal' } },
      },
      {
        data: {
          values: [
            ...points(current[name], { split: splits[0] }),
            ...points(current[`val_${name}`], { split: splits[1] }),
          ],
        },
        mark: { type: 'line', clip: true, point: { size: 18 } },
        encoding: { ...axes(name, epochs), ...curveEncoding('split', splits) },
      },
    ],
  });
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
    description: words(current, ghosts.length),
    hconcat: [part('acc', 'accuracy'), part('loss', 'loss')],
    config: {
      background: 'white',
      legend: { ...chartConfig.legend, labelFontSize: 13 },
      axis: { ...chartConfig.axis, labelFontSize: 13, titleFontSize: 13 },
      title: { fontSize: 14 },
    },
  };
}

function axes(name: string, epochs: number): ChartSpec {
  return {
    x: {
      ...{ field: 'epoch', type: 'quantitative', title: 'epoch' },
      axis: { format: 'd', tickMinStep: 1 },
      scale: { domain: [1, Math.max(2, epochs)] },
    },
    y: {
      ...{ field: 'value', type: 'quantitative', title: null },
      // Accuracy stays where it is while curves grow.
      scale: name === 'acc' ? { domain: [0.5, 1], clamp: true } : { zero: true },
    },
  };
}

function points(values: readonly number[] = [], more: object): object[] {
  return values.map((value, i) => ({ ...more, epoch: i + 1, value }));
}

function words(current: Curves, ghosts: number): string {
  const last = current.val_acc?.at(-1) ?? current.acc?.at(-1);
  const now =
    last === undefined ? 'no epoch yet' : `accuracy ${last.toFixed(4)} after ${current.loss?.length} epochs`;
  return `accuracy and loss per epoch: ${now}; ${ghosts} earlier runs`;
}

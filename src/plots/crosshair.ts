/** A line that follows the pointer, and tells the values of all curves at the nearest epoch. */
import { type ChartSpec, pointerLayer } from './chart';

/** One curve of a chart: its name, and one number per epoch. */
export interface NamedCurve {
  /** What the tooltip calls it. */
  name: string;
  /** One number per epoch, from epoch 1 on. */
  values: readonly number[];
}

/** The layer, for a chart with epochs across. Its data are its own: one row per epoch, one column per curve. */
export function crosshair(curves: readonly NamedCurve[]): ChartSpec {
  const epochs = Math.max(0, ...curves.map(({ values }) => values.length));
  const values = Array.from({ length: epochs }, (_, i) => ({
    epoch: i + 1,
    ...Object.fromEntries(curves.map((curve, k) => [`curve${k}`, curve.values[i] ?? null])),
  }));
  return {
    name: pointerLayer,
    data: { values },
    params: [
      {
        name: 'nearest',
        select: { type: 'point', fields: ['epoch'], nearest: true, on: 'mousemove', clear: 'mouseout' },
      },
    ],
    mark: { type: 'rule', color: '#808080' },
    encoding: {
      x: { field: 'epoch', type: 'quantitative' },
      y: null,
      opacity: { condition: { param: 'nearest', empty: false, value: 1 }, value: 0 },
      tooltip: [
        { field: 'epoch', type: 'quantitative' },
        ...curves.map(({ name }, k) => ({
          ...{ field: `curve${k}`, type: 'quantitative', format: '.4f' },
          // JupyterLab's Vega-Lite writes titles into an expression as they are.
          title: name.replaceAll('"', '”').replaceAll('\\', '⧵'),
        })),
      ],
    },
  };
}

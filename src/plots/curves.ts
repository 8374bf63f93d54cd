/** How curves are drawn, so that each can be told from the others on a white and on a dark page, and without colours. */
import type { ChartSpec } from './chart';

/**
 * In turn for curves that must differ. Each has a contrast of at least 3:1 (WCAG 2.2, 1.4.11) with white and with the
 * #333 that JupyterLab's dark theme draws charts on.
 */
export const colours = ['#2b88d8', '#e06c00', '#2f9e44', '#a56bd6', '#d6559b', '#808080'];

const shapes = ['circle', 'square', 'triangle-up', 'diamond', 'cross', 'triangle-down'];

/** A line across that is no curve: read on both pages as well. */
export const acrossColour = '#808080';

/** Of words in the chart: Vega-Lite has black for all, and the dark theme leaves it. */
export const textColour = { expr: "luminance(background || 'white') < 0.2 ? 'white' : 'black'" };

/** The splits of a history, as legends call them. */
export const splits = ['train', 'validation'] as const;

/** What tells the curves apart: colour and marks by `field`, whose values are `domain`. Validation is dashed in every chart. */
export function curveEncoding(field: 'run' | 'split', domain: readonly string[]): ChartSpec {
  const longest = Math.max(...domain.map(({ length }) => length));
  // As many in a row as a narrow chart has room for.
  const legend = { columns: Math.max(1, Math.floor(60 / (longest + 6))) };
  return {
    color: { ...nominal(field), legend, scale: { domain, range: colours } },
    shape: { ...nominal(field), legend, scale: { domain, range: shapes } },
    strokeDash: field === 'split' ? dashedValidation : dashesWithLegend,
  };
}

/** Where colours already tell the splits apart. A dashed line around a legend's marks could not be read. */
const dashedValidation = {
  condition: { test: `datum.split === '${splits[1]}'`, value: [6, 3] },
  value: [1, 0],
};

const dashesWithLegend = {
  ...nominal('split'),
  scale: {
    domain: splits,
    range: [
      [1, 0],
      [6, 3],
    ],
  },
  legend: { symbolStrokeColor: acrossColour, symbolSize: 250 },
};

/** The lines, and marks at some of their points: ten at most, and the last one, of `points` points. */
export function curveLayers(encoding: ChartSpec, field: 'run' | 'split', points: number): ChartSpec[] {
  const { color, shape, strokeDash } = encoding;
  const opacity = { condition: { param: 'chosen', value: 1 }, value: 0.12 };
  const step = Math.max(1, Math.ceil(points / 10));
  return [
    {
      params: [
        // A click on a name fades the others; with Shift it adds one.
        { name: 'chosen', select: { type: 'point', fields: [field] }, bind: 'legend' },
        {
          ...{ name: 'zoom', bind: 'scales' },
          // A wheel alone scrolls the notebook.
          select: { type: 'interval', zoom: 'wheel![event.shiftKey]' },
        },
      ],
      mark: { type: 'line', clip: true },
      encoding: { color, strokeDash, opacity },
    },
    {
      transform: [{ filter: `datum.epoch % ${step} === 0 || datum.epoch === ${points}` }],
      mark: { type: 'point', filled: true, size: 40, clip: true },
      encoding: { color, shape, opacity },
    },
  ];
}

function nominal(field: string): ChartSpec {
  return { field, type: 'nominal', title: null };
}

/** How all charts look: legend above the plot, so that nothing is cut on the right; a grid that stays behind the curves. */
export const chartConfig = {
  legend: { orient: 'top', symbolStrokeWidth: 2 },
  axis: { gridColor: '#808080', gridOpacity: 0.25 },
};

/** As a chart's `params`: in JupyterLab its width follows the window, up to 720 pixels; elsewhere `width` holds. */
export function windowWidth(width: number): ChartSpec {
  // For JupyterLab's side bars, the cell's margin, the axis and the menu: a chart can't ask for the width of its cell, as
  // its container is only as wide as the chart. (`width: 'container'` freezes JupyterLab.)
  const rest = 550;
  return { name: 'width', expr: `clamp((windowSize()[0] || ${width + rest}) - ${rest}, 240, 720)` };
}

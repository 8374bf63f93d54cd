/** How curves are drawn, so that each can be told from the others on a white and on a dark page, and without colours. */
import type { ChartSpec } from './chart';

/**
 * In turn for curves that must differ. Each has a contrast of at least 3:1 (WCAG 2.2, 1.4.11) with white and with the
 * #333 that JupyterLab's dark theme draws charts on.
 */
const colours = ['#2b88d8', '#e06c00', '#2f9e44', '#a56bd6', '#d6559b', '#808080'];

const shapes = ['circle', 'square', 'triangle-up', 'diamond', 'cross', 'triangle-down'];

/** A line across that is no curve: read on both pages as well. */
export const acrossColour = '#808080';

/** Of words in the chart: Vega-Lite has black for all, and the dark theme leaves it. */
export const textColour = { expr: "luminance(background || 'white') < 0.2 ? 'white' : 'black'" };

/** The splits of a history, as legends call them. */
export const splits = ['train', 'validation'] as const;

/** What tells the curves apart: colour and marks by `field`, whose values are `domain`. Validation is dashed in every chart. */
export function curveEncoding(field: 'run' | 'split', domain: readonly string[]): ChartSpec {
  return {
    color: { ...nominal(field), scale: { domain, range: colours } },
    shape: { ...nominal(field), scale: { domain, range: shapes } },
    strokeDash: {
      ...nominal('split'),
      scale: {
        domain: splits,
        range: [
          [1, 0],
          [6, 3],
        ],
      },
    },
  };
}

/** The lines, and marks at some of their points: ten at most, and the last one, of `points` points. */
export function curveLayers({ color, shape, strokeDash }: ChartSpec, points: number): ChartSpec[] {
  const step = Math.max(1, Math.ceil(points / 10));
  return [
    { mark: { type: 'line', clip: true }, encoding: { color, strokeDash } },
    {
      transform: [{ filter: `datum.epoch % ${step} === 0 || datum.epoch === ${points}` }],
      mark: { type: 'point', filled: true, opacity: 1, size: 40, clip: false },
      encoding: { color, shape },
    },
  ];
}

function nominal(field: string): ChartSpec {
  return { field, type: 'nominal', title: null };
}

/** A slider below the chart that draws curves smoother: each value as the mean of its neighbours. */
import type { ChartSpec } from './chart';

/** How many epochs before and after each one are averaged, by the slider's position. */
const neighbours = [0, 1, 2, 4, 8];

/** What a chart needs: its parameter, and transforms that give `smooth` for each `value`. */
export function smoothing(groupby: readonly string[]): { params: ChartSpec[]; transform: ChartSpec[] } {
  const wide = neighbours.slice(1);
  const choice = wide.map((_, i) => `smoothing === ${i + 1} ? datum.mean${i + 1} : `).join('');
  return {
    params: [
      {
        ...{ name: 'smoothing', value: 0 },
        bind: { input: 'range', min: 0, max: neighbours.length - 1, step: 1, name: 'smoothing ' },
      },
    ],
    transform: [
      ...wide.map((n, i) => ({
        window: [{ op: 'mean', field: 'value', as: `mean${i + 1}` }],
        ...{ frame: [-n, n], sort: [{ field: 'epoch' }], groupby },
      })),
      { calculate: `${choice}datum.value`, as: 'smooth' },
    ],
  };
}

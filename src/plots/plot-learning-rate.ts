/** The curve of a learning rate test as a Vega-Lite specification. */
import type { ChartSpec } from './chart';
import { acrossColour, chartConfig, textColour, windowWidth } from './curves';

/** Loss by learning rate. */
export interface LearningRateCurve {
  /** The rates, growing. */
  learningRates: readonly number[];
  /** The smoothed loss at each. */
  losses: readonly number[];
  /** The rate that is suggested. */
  suggestion: number;
}

/** The loss over the learning rate, on a log scale, with the suggested rate as a line; plain JSON. */
export function plotLearningRate({ learningRates, losses, suggestion }: LearningRateCurve): ChartSpec {
  const rounded = Number(suggestion.toPrecision(2));
  const x = { field: 'rate', type: 'quantitative', scale: { type: 'log' }, title: 'learning rate' };
  const mark = { values: [{ rate: suggestion, text: `suggested: ${rounded}` }] };
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
    title: 'loss by learning rate',
    description: `loss by learning rate, from ${learningRates[0]} to ${learningRates.at(-1)?.toPrecision(2)}; suggested: ${rounded}`,
    ...{ width: 420, height: 260, params: [windowWidth(420)], config: chartConfig },
    layer: [
      {
        data: { values: losses.map((loss, i) => ({ rate: learningRates[i], loss })) },
        mark: { type: 'line', color: '#2b88d8' },
        encoding: {
          x: { ...x, axis: { format: '~e' } },
          y: { field: 'loss', type: 'quantitative', title: 'loss', scale: { zero: false } },
        },
      },
      { data: mark, mark: { type: 'rule', strokeDash: [2, 4], color: acrossColour }, encoding: { x } },
      {
        data: mark,
        mark: { type: 'text', align: 'left', dx: 4, color: textColour },
        encoding: { x, y: { value: 10 }, text: { field: 'text', type: 'nominal' } },
      },
    ],
  };
}

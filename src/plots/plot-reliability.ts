/** Whether probabilities are what they say, as a Vega-Lite specification. */
import type { CalibrationBin } from '../numerics/calibration-bins';
import type { ChartSpec } from './chart';
import { acrossColour, chartConfig, windowWidth } from './curves';

/** What `plotReliability` draws; `calibrate` returns it. */
export interface PlottedReliability {
  /** As the head was. */
  before: ReliabilityState;
  /** With the temperature. */
  after: ReliabilityState;
}

/** How well probabilities agree with accuracies. */
export interface ReliabilityState {
  /** Mean cross-entropy in nats. */
  loss: number;
  /** Expected calibration error, 0..1. */
  error: number;
  /** The predictions by their probability. */
  bins: CalibrationBin[];
}

/**
 * The reliability diagram: for predictions of each probability the fraction that is right, before and after the calibration, as a
 * Vega-Lite 5 specification (plain JSON); `showChart` draws it. Probabilities that are what they say lie on the diagonal; below it the
 * head is too sure. A larger mark stands for more photos.
 *
 * @param calibration from `calibrate`.
 * @returns the specification; its `description` has both errors in words.
 * @example
 * ```ts
 * import { calibrate, labelsOf, loadHead, np, plotReliability } from 'little-data';
 * const [head, features] = [await loadHead('head.h5'), np.load('features.npy')];
 * const calibration = await calibrate(head, features, labelsOf(features), { verbose: 0 });
 * console.log(plotReliability(calibration).description);
 * ```
 */
export function plotReliability(calibration: PlottedReliability): ChartSpec {
  const { before, after } = calibration;
  const states = { before, after };
  const names = Object.entries(states).map(([name, { error }]) => `${name} (error ${percent(error)})`);
  const values = Object.values(states).flatMap(({ bins }, i) =>
    bins
      .filter(({ count }) => count > 0)
      .map(({ count, confidence, acc }) => ({ count, confidence, acc, state: names[i] })),
  );
  const axis = (field: string, title: string) => ({
    ...{ field, type: 'quantitative', title },
    scale: { domain: [0, 1], nice: false },
  });
  const [x, y] = [axis('confidence', 'mean probability of the predicted class'), axis('acc', 'accuracy')];
  const scale = { domain: names };
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
    title: 'accuracy by probability',
    description: `accuracy by probability: expected calibration error ${percent(before.error)} before, ${percent(after.error)} after`,
    ...{ width: 420, height: 300, params: [windowWidth(420)], config: chartConfig },
    layer: [
      {
        data: {
          values: [
            { confidence: 0, acc: 0 },
            { confidence: 1, acc: 1 },
          ],
        },
        mark: { type: 'line', strokeDash: [2, 4], color: acrossColour },
        encoding: { x, y },
      },
      {
        data: { values },
        mark: { type: 'point', filled: true },
        encoding: {
          ...{ x, y },
          color: { ...nominal, scale: { ...scale, range: colours } },
          shape: { ...nominal, scale: { ...scale, range: ['square', 'circle'] } },
          size: { field: 'count', type: 'quantitative', legend: null, scale: { range: [40, 400] } },
          tooltip: [
            { field: 'count', type: 'quantitative', title: 'photos' },
            { field: 'confidence', type: 'quantitative', title: 'mean probability', format: '.3f' },
            { field: 'acc', type: 'quantitative', title: 'accuracy', format: '.3f' },
          ],
        },
      },
    ],
  };
}

const nominal = { field: 'state', type: 'nominal', title: null };

/** Those of the curves: read on a white and on a dark page. */
const colours = ['#e06c00', '#2b88d8'];

function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(1)}%`;
}

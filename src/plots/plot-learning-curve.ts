/** The accuracy over the number of photos, as a Vega-Lite specification. */
import { errorAt, type PowerLaw } from '../numerics/power-law';
import type { ChartSpec } from './chart';
import { acrossColour, chartConfig, textColour, windowWidth } from './curves';

/** What `plotLearningCurve` draws; `learningCurve` returns it. */
export interface PlottedLearningCurve {
  /** One for each size that was tried, growing. */
  points: readonly LearningCurvePoint[];
  /** The fitted power law of the error; undefined where too few sizes were tried. */
  law?: PowerLaw;
  /** The accuracy that is wanted, 0..1. */
  target: number;
  /** What the curve says of it. */
  sentence: string;
}

/** The accuracy with some of the train photos. */
export interface LearningCurvePoint {
  /** Train photos per class, on average. */
  photosPerClass: number;
  /** Train photos in all. */
  photos: number;
  /** Fraction of right predictions on the validation photos, 0..1: the mean over the seeds. */
  acc: number;
  /** Its 95% interval (Wilson): what it would be on other validation photos. */
  interval: [number, number];
  /** The accuracy with each seed. */
  accs: number[];
}

/** How far beyond the largest size the law is drawn. */
const beyond = 4;

/**
 * The accuracy over the number of train photos per class, with its intervals, the fitted power law and the accuracy that is wanted,
 * as a Vega-Lite 5 specification (plain JSON); `showChart` draws it.
 *
 * @param curve from `learningCurve`.
 * @returns the specification; its `description` says in words what it shows.
 * @example
 * ```ts
 * import { chartSvg, plotLearningCurve } from 'little-data';
 * const point = { photosPerClass: 100, photos: 200, acc: 0.9, accs: [0.9] };
 * const points = [{ ...point, interval: [0.85, 0.94] as [number, number] }];
 * const curve = { points, target: 0.95, sentence: '95% needs more photos.' };
 * console.log(await chartSvg(plotLearningCurve(curve)));
 * ```
 */
export function plotLearningCurve(curve: PlottedLearningCurve): ChartSpec {
  const { points, law, target, sentence } = curve;
  const sizes = points.map(({ photosPerClass }) => photosPerClass);
  const [first, last] = [Math.min(...sizes), Math.max(...sizes)];
  const end = law ? beyond * last : last;
  const lowest = Math.min(target, ...points.map(({ interval }) => interval[0]));
  const x = {
    ...{ field: 'photosPerClass', type: 'quantitative', title: 'train photos per class' },
    scale: { type: 'log', domain: [first * 0.9, end * 1.1], nice: false },
    axis: { format: ',d', values: ticksWithin(first, end) },
  };
  const y = {
    ...{ field: 'acc', type: 'quantitative', title: 'validation accuracy' },
    scale: { domain: [Math.max(0, lowest - 0.02), 1], nice: false },
  };
  const measured = {
    values: points.map(({ photosPerClass, photos, acc, interval: [low, high] }) => ({
      ...{ photosPerClass, photos, acc, low, high },
    })),
  };
  const wanted = { values: [{ acc: target, photosPerClass: first, text: `wanted: ${percent(target)}` }] };
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
    title: { text: 'accuracy by number of photos', subtitle: sentence, subtitleColor: textColour },
    description: `accuracy by number of photos, from ${percent(points[0]!.acc)} with ${first} per class to ${percent(points.at(-1)!.acc)} with ${last}. ${sentence}`,
    ...{ width: 420, height: 260, params: [windowWidth(420)], config: chartConfig },
    layer: [
      { data: wanted, mark: { type: 'rule', strokeDash: [2, 4], color: acrossColour }, encoding: { y } },
      {
        data: wanted,
        mark: { type: 'text', align: 'left', dy: -7, color: textColour },
        encoding: { x, y, text: { field: 'text', type: 'nominal' } },
      },
      ...(law ? [lawLayer(law, { first, end, x, y })] : []),
      {
        data: measured,
        mark: { type: 'rule', color: '#2b88d8' },
        encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' } },
      },
      {
        data: measured,
        mark: { type: 'point', filled: true, size: 50, color: '#2b88d8' },
        encoding: { x, y, tooltip: tooltips },
      },
    ],
  };
}

const tooltips = [
  { field: 'photosPerClass', type: 'quantitative', title: 'photos per class', format: ',d' },
  { field: 'acc', type: 'quantitative', title: 'accuracy', format: '.3f' },
  { field: 'low', type: 'quantitative', title: '95% interval from', format: '.3f' },
  { field: 'high', type: 'quantitative', title: 'to', format: '.3f' },
];

function lawLayer(
  law: PowerLaw,
  { first, end, x, y }: { first: number; end: number; x: ChartSpec; y: ChartSpec },
): ChartSpec {
  const steps = 40;
  const values = Array.from({ length: steps + 1 }, (_, i) => {
    const photosPerClass = first * (end / first) ** (i / steps);
    return { photosPerClass, acc: 1 - errorAt(law, photosPerClass) };
  });
  return {
    data: { values },
    mark: { type: 'line', color: '#e06c00', strokeDash: [6, 3], clip: true },
    encoding: { x, y },
  };
}

/** 10, 20, 50, 100, ... */
function ticksWithin(low: number, high: number): number[] {
  const all = Array.from({ length: 24 }, (_, i) => [1, 2, 5][i % 3]! * 10 ** Math.floor(i / 3));
  return all.filter((n) => n >= low * 0.9 && n <= high * 1.1);
}

function percent(fraction: number): string {
  return `${Number((100 * fraction).toFixed(1))}%`;
}

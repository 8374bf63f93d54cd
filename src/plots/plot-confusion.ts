/** A confusion matrix as a Vega-Lite specification. */
import { checkInteger, checkKeys, problem, show } from '../check';
import type { ChartSpec } from './chart';
import { chartConfig, textColour } from './curves';

/** What `plotConfusion` draws: `confusionMatrix` gives it. */
export interface PlottedConfusion {
  /** The classes in the order of their labels. */
  classNames: readonly string[];
  /** `counts[i][j]`: how many photos of class i are predicted as class j. */
  counts: readonly (readonly number[])[];
}

/** The options of `plotConfusion`. */
export interface PlotConfusionOptions {
  /** With more classes than this, the most confused pairs are drawn as bars instead. @default 20 */
  mostClasses?: number;
  /** How many pairs these are. @default 20 */
  pairs?: number;
}

/**
 * A confusion matrix as a Vega-Lite 5 specification (plain JSON): a row for each true class, a column for each predicted
 * one, in each cell the number of photos and their percentage of the row. For many classes the most confused pairs as bars.
 *
 * @param confusion what `confusionMatrix` gave.
 * @param options `mostClasses` (20), `pairs` (20).
 * @returns the specification, which `showChart` draws; its `description` says the most confused pairs in words.
 * @throws LittleDataError where it is no confusion matrix.
 * @example
 * ```ts
 * import { plotConfusion, showChart } from 'little-data';
 * await showChart(plotConfusion({ classNames: ['cats', 'dogs'], counts: [[395, 6], [3, 398]] }));
 * ```
 */
export function plotConfusion(confusion: PlottedConfusion, options: PlotConfusionOptions = {}): ChartSpec {
  checkKeys('plotConfusion', options, ['mostClasses', 'pairs']);
  const mostClasses = checkInteger('mostClasses', options.mostClasses ?? 20, { min: 0 });
  const most = checkInteger('pairs', options.pairs ?? 20, { min: 1 });
  checkConfusion(confusion);
  const cells = cellsOf(confusion);
  const wrong = cells.filter(({ right, count }) => !right && count > 0).sort((a, b) => b.count - a.count);
  const isMatrix = confusion.classNames.length <= mostClasses;
  const title = isMatrix ? 'confusion matrix' : `most confused of ${confusion.classNames.length} classes`;
  const shown = wrong.slice(0, most);
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
    title,
    description: `${title}: ${wordsOf(wrong.slice(0, 5))}`,
    ...(isMatrix ? matrixLayers(cells, confusion.classNames) : pairLayers(shown)),
    config: chartConfig,
  };
}

interface Cell {
  trueClass: string;
  predictedClass: string;
  count: number;
  /** Of the photos of the true class, 0..1; 0 where there are none. */
  fraction: number;
  right: boolean;
  words: string;
}

function cellsOf({ classNames, counts }: PlottedConfusion): Cell[] {
  return counts.flatMap((row, i) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    return row.map((count, j): Cell => {
      const fraction = total === 0 ? 0 : count / total;
      return {
        ...{ trueClass: classNames[i]!, predictedClass: classNames[j]!, count, fraction, right: i === j },
        words: `${classNames[i]} as ${classNames[j]}`,
      };
    });
  });
}

/** Blue and orange as thin as the fraction of the row: the words have a contrast of 4.5:1 or more on white and on #333. */
const fill = {
  color: { condition: { test: 'datum.right', value: '#2b88d8' }, value: '#e06c00' },
  fillOpacity: {
    ...{ field: 'fraction', type: 'quantitative', legend: null },
    scale: { domain: [0, 1], range: [0, 0.7] },
  },
};

const percent = "format(datum.fraction, '.1%')";

const tooltip = [
  { field: 'trueClass', type: 'nominal', title: 'true class' },
  { field: 'predictedClass', type: 'nominal', title: 'predicted' },
  { field: 'count', type: 'quantitative', title: 'photos' },
  { field: 'fraction', type: 'quantitative', title: 'of the true class', format: '.1%' },
];

function matrixLayers(cells: readonly Cell[], classNames: readonly string[]): ChartSpec {
  const axis = { labelLimit: 160, grid: false };
  const place = { type: 'nominal', sort: classNames };
  const small = classNames.length > 10;
  const text = (calculate: string, dy: number) => ({
    transform: [{ calculate, as: 'text' }],
    mark: { type: 'text', dy, color: textColour, fontSize: small ? 9 : 12 },
    encoding: { text: { field: 'text', type: 'nominal' } },
  });
  return {
    ...{ width: { step: small ? 36 : 72 }, height: { step: small ? 28 : 48 } },
    data: { values: cells },
    encoding: {
      x: { ...place, field: 'predictedClass', title: 'predicted class', axis: { ...axis, orient: 'top' } },
      y: { ...place, field: 'trueClass', title: 'true class', axis },
    },
    layer: [
      { mark: { type: 'rect', stroke: '#808080', strokeOpacity: 0.4 }, encoding: { ...fill, tooltip } },
      text('datum.count', small ? -5 : -8),
      text(`datum.count > 0 ? ${percent} : ''`, small ? 6 : 9),
    ],
  };
}

function pairLayers(pairs: readonly Cell[]): ChartSpec {
  const sort = pairs.map(({ words }) => words);
  return {
    ...{ width: 320, height: { step: 22 } },
    data: { values: pairs },
    encoding: {
      y: { field: 'words', type: 'nominal', sort, title: null, axis: { labelLimit: 280 } },
      x: { field: 'count', type: 'quantitative', title: 'photos', axis: { tickMinStep: 1, format: 'd' } },
    },
    layer: [
      { mark: { type: 'bar', color: '#e06c00' }, encoding: { tooltip } },
      {
        transform: [{ calculate: `datum.count + ' (' + ${percent} + ')'`, as: 'text' }],
        mark: { type: 'text', align: 'left', dx: 4, color: textColour },
        encoding: { text: { field: 'text', type: 'nominal' } },
      },
    ],
  };
}

function wordsOf(wrong: readonly Cell[]): string {
  if (wrong.length === 0) return 'no photo is predicted wrong.';
  return `${wrong.map(({ words, count, fraction }) => `${words}: ${count} (${(100 * fraction).toFixed(1)}%)`).join(', ')}.`;
}

function checkConfusion(confusion: PlottedConfusion): void {
  const { classNames, counts } = Object(confusion) as Partial<PlottedConfusion>;
  const n = Array.isArray(classNames) ? classNames.length : -1;
  if (Array.isArray(counts) && counts.length === n && counts.every((row) => row?.length === n)) return;
  throw problem({
    where: '`confusion`',
    expected: '`classNames` and `counts`, one row and one column for each class',
    found: show(confusion),
    next: 'Pass what confusionMatrix gave.',
  });
}

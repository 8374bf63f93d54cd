/** A confusion matrix below the cell, with the photos behind each of its cells. */
import { checkKeys } from '../check';
import { LiveDisplay } from '../notebook/display';
import { dropdown } from '../notebook/widgets/dropdown';
import { showChart } from '../plots/chart';
import { type PlotConfusionOptions, plotConfusion } from '../plots/plot-confusion';
import type { ConfusedPair, ConfusionMatrix } from './confusion-matrix';
import { evaluatedBundle } from './show-evaluated';

/** The list has at most so many cells, those with the most wrong photos first. */
const mostCells = 50;

/**
 * Shows a confusion matrix as a chart, and below it a list of its cells: choose one, and its photos appear.
 *
 * @param confusion what `confusionMatrix` gave.
 * @param options `mostClasses` (20), `pairs` (20): as for `plotConfusion`.
 * @throws LittleDataError where it is no confusion matrix.
 * @example
 * ```ts
 * import { confusionMatrix, evaluateHead, labelsOf, loadHead, np, showConfusion } from 'little-data';
 * const features = np.load('features.npy');
 * const evaluation = evaluateHead(await loadHead('head.h5'), features, labelsOf(features));
 * await showConfusion(confusionMatrix(evaluation));
 * ```
 */
export async function showConfusion(
  confusion: ConfusionMatrix,
  options: PlotConfusionOptions = {},
): Promise<void> {
  checkKeys('showConfusion', options, ['mostClasses', 'pairs']);
  await showChart(plotConfusion(confusion, options));
  const cells = new Map(filledCells(confusion).map((cell) => [nameOf(cell), cell]));
  if (cells.size === 0) return;
  const cell = dropdown('photos', { choices: [...cells.keys()] });
  cell.show();
  const gallery = new LiveDisplay();
  const showChosen = async (name: string) => {
    const { trueClass, predictedClass } = cells.get(name)!;
    const bundle = await evaluatedBundle(confusion.photos(trueClass, predictedClass), {});
    // Another one may have been chosen while pictures were read.
    if (cell.value === name) gallery.show(bundle);
  };
  cell.onChange(showChosen);
  await showChosen(cell.value);
}

/** The cells that have photos, the wrong ones first. */
function filledCells({ classNames, counts, fractions, pairs }: ConfusionMatrix): ConfusedPair[] {
  const right = classNames.map((name, i) => ({
    ...{ trueClass: name, predictedClass: name },
    ...{ count: counts[i]![i]!, fraction: fractions[i]![i]! },
  }));
  return [...pairs, ...right].filter(({ count }) => count > 0).slice(0, mostCells);
}

function nameOf({ trueClass, predictedClass, count }: ConfusedPair): string {
  return `${trueClass} predicted as ${predictedClass} (${count})`;
}

/** What differs between two runs, and whether their difference is more than chance. */
import { type FeatureRecipe, preprocessingWords, resizingOf, sizeWords } from '../features/provenance';
import { type RunRecord, samePhotos, unpackBits } from '../head/runs/run-record';
import { displayBundle } from '../notebook/display';
import { mcnemar, type PairedComparison } from '../numerics/mcnemar';
import { showChart } from '../plots/chart';
import { plotHistory } from '../plots/plot-history';
import { findRun, type RunReference } from './find-run';

/** What `compareRuns` returns. */
export interface RunComparison {
  /** Setting -> its values in the first and the second run. */
  differences: Record<string, [unknown, unknown]>;
  /** The test on the same validation photos; undefined where the runs had others. */
  test?: PairedComparison;
  /** The result in one sentence. */
  sentence: string;
}

/**
 * Compares two runs: what differs in their settings, both curves, and McNemar's exact test on the same validation photos.
 *
 * @param a a run: its name, its id, or its record.
 * @param b another one.
 * @returns `differences`, `test` and `sentence`; they are shown as well.
 * @throws LittleDataError where there is no such run.
 * @example
 * ```ts
 * import { compareRuns } from 'little-data';
 * const { sentence } = await compareRuns('run 1', 'run 2');
 * console.log(sentence);
 * ```
 */
export async function compareRuns(a: RunReference, b: RunReference): Promise<RunComparison> {
  const [first, second] = [findRun(a, 'a'), findRun(b, 'b')];
  const differences = differencesOf(settingsOf(first), settingsOf(second));
  const names: [string, string] =
    first.name === second.name ? [first.id, second.id] : [first.name, second.name];
  const n = first.photos.validation;
  const test =
    samePhotos(first, second) && first.right && second.right
      ? mcnemar(unpackBits(first.right, n), unpackBits(second.right, n))
      : undefined;
  const sentence = test ? sentenceOf(test, names) : otherPhotos(names);
  const lines = Object.entries(differences).map(
    ([name, values]) => `${name}: ${values.map((value) => JSON.stringify(value) ?? 'none').join(' -> ')}`,
  );
  displayBundle({ 'text/plain': [...lines, sentence].join('\n') });
  await showChart(
    plotHistory({ [names[0]]: first, [names[1]]: second }, { title: `${names[0]} and ${names[1]}` }),
  );
  return { differences, sentence, ...(test && { test }) };
}

/** `B is better by 1.2 points, 95% interval -0.3 to 2.7: not settled with 802 photos (p = 0.11).` */
export function sentenceOf(
  { difference, interval, p, n }: PairedComparison,
  [a, b]: readonly [string, string],
): string {
  const points = (value: number) => (100 * value).toFixed(1);
  const [better, sign] = difference >= 0 ? [b, 1] : [a, -1];
  const ends = interval.map((end) => points(sign * end));
  if (sign < 0) ends.reverse();
  const head =
    difference === 0
      ? `${a} and ${b} have the same accuracy`
      : `${better} is better by ${points(Math.abs(difference))} points`;
  const settled = p < 0.05 ? 'more than chance' : 'not settled';
  return `${head}, 95% interval ${ends.join(' to ')}: ${settled} with ${n} photos (p = ${p.toPrecision(2)}).`;
}

function otherPhotos([a, b]: [string, string]): string {
  return `${a} and ${b} had other validation photos: they can't be compared photo by photo.`;
}

function settingsOf({ settings, head, seed, photos, recipe }: RunRecord): Record<string, unknown> {
  const { preprocessing, model, precision, device } = (recipe ?? {}) as Partial<FeatureRecipe>;
  return {
    ...{ ...settings, head, seed, photos: photos.train },
    size: recipe && sizeWords(resizingOf(recipe as FeatureRecipe)),
    preprocessing: preprocessing && preprocessingWords(preprocessing),
    base: model && `SHA-256 ${model.slice(0, 12)}...`,
    precision,
    device,
  };
}

function differencesOf(
  one: Record<string, unknown>,
  other: Record<string, unknown>,
): Record<string, [unknown, unknown]> {
  const names = Object.keys({ ...one, ...other });
  const pairs = names.map((name) => [name, [one[name], other[name]] as [unknown, unknown]] as const);
  return Object.fromEntries(pairs.filter(([, [x, y]]) => JSON.stringify(x) !== JSON.stringify(y)));
}

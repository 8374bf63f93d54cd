/** Finds the record that a person means. */
import { problem, show } from '../check';
import { readRuns } from '../head/runs/run-files';
import type { RunRecord } from '../head/runs/run-record';

/** A run: its record, its id, or its name. */
export type RunReference = RunRecord | string;

/**
 * The record of a run, for `plotHistory` or your own charts.
 *
 * @param reference a run's name or id, as `runs()` lists them; a record is returned as it is. Of several runs with one name, the newest.
 * @param argument what an error calls the reference.
 * @returns the record: `settings`, `history`, `final` and more.
 * @throws LittleDataError where there is no such run.
 * @example
 * ```ts
 * import { findRun, plotHistory, showChart } from 'little-data';
 * await showChart(plotHistory(['run 1', 'run 2'].map((name) => findRun(name))));
 * ```
 */
export function findRun(reference: RunReference, argument = 'reference'): RunRecord {
  if (typeof reference === 'object' && reference !== null && 'history' in reference) return reference;
  const all = readRuns();
  const found = all.filter((run) => run.id === reference || run.name === reference).at(-1);
  if (found) return found;
  throw problem({
    where: `\`${argument}\``,
    expected: 'the id or name of a run',
    found: show(reference),
    next: `Take one that \`runs()\` lists; there are ${all.length}.`,
  });
}

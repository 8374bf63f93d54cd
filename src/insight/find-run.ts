/** Finds the record that a person means. */
import { problem, show } from '../check';
import { readRuns } from '../head/runs/run-files';
import type { RunRecord } from '../head/runs/run-record';

/** A run: its record, its id, or its name. */
export type RunReference = RunRecord | string;

/** The record; of several runs with one name, the newest. */
export function findRun(reference: RunReference, name: string): RunRecord {
  if (typeof reference === 'object' && reference !== null && 'history' in reference) return reference;
  const all = readRuns();
  const found = all.filter((run) => run.id === reference || run.name === reference).at(-1);
  if (found) return found;
  throw problem({
    where: `\`${name}\``,
    expected: 'the id or name of a run',
    found: show(reference),
    next: `Take one that \`runs()\` lists; there are ${all.length}.`,
  });
}

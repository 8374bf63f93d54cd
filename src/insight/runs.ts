/** All training runs as a table. */
import type { DataFrame } from 'danfojs-node';
import { lastEpochs } from '../head/runs/closing-line';
import { readRuns } from '../head/runs/run-files';
import type { RunRecord } from '../head/runs/run-record';

/**
 * The runs of `trainHead` so far, newest first: one row for each. Their records lie in `data/runs/heads/`.
 *
 * @returns a danfojs DataFrame with the columns `id`, `name`, `time`, `val_acc` (mean of the last ten epochs, 0..1), `low`
 *   and `high` (95% interval of the accuracy after the run, by Wilson), `epochs`, `learning_rate`, `optimizer`,
 *   `batch_size`, `layers`, `photos`, `seed`, `seconds`, `status`.
 * @throws LittleDataError where a record was damaged.
 * @example
 * ```ts
 * import { runs } from 'little-data';
 * runs().head(3).print();
 * ```
 */
export function runs(): DataFrame {
  // Loading it takes longer than all else in this package's import.
  const { DataFrame: Table } = require('danfojs-node') as typeof import('danfojs-node');
  const rows = readRuns().reverse().map(rowOf);
  return new Table(rows.map(Object.values) as unknown[][], { columns: Object.keys(rowOf()) });
}

/** The cells of a run by their columns. */
export function rowOf(run?: RunRecord): Record<string, string | number> {
  const { settings = {}, final, history = {} } = run ?? {};
  const { optimizer, learningRate, batchSize } = settings as {
    optimizer?: { kind: string };
    learningRate?: number | string;
    batchSize?: number;
  };
  return {
    ...{ id: run?.id ?? '', name: run?.name ?? '', time: run?.time ?? '' },
    val_acc: (run && lastEpochs(run)?.mean) ?? Number.NaN,
    ...{ low: final?.interval[0] ?? Number.NaN, high: final?.interval[1] ?? Number.NaN },
    epochs: history.loss?.length ?? 0,
    ...{ learning_rate: learningRate ?? '', optimizer: optimizer?.kind ?? '', batch_size: batchSize ?? 0 },
    // Not `head`: danfojs gives a table a property for each column.
    ...{ layers: run?.head ?? '', photos: run?.photos.train ?? 0, seed: run?.seed ?? 0 },
    ...{ seconds: run?.seconds ?? 0, status: run?.status ?? '' },
  };
}

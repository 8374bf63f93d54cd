/** Shows the training runs below the cell, each with its curve. */
import { checkInteger, checkKeys } from '../check';
import { lastEpochs } from '../head/runs/closing-line';
import { readRuns } from '../head/runs/run-files';
import type { RunRecord } from '../head/runs/run-record';
import { displayBundle, type MimeBundle } from '../notebook/display';
import { escapeHtml } from '../notebook/escape-html';
import { rowOf } from './runs';

/** The options of `showRuns`. */
export interface ShowRunsOptions {
  /** How many runs are shown, the newest. @default 20 */
  limit?: number;
}

/**
 * Shows the runs of `trainHead`, newest first, each with its validation accuracy as a small curve.
 *
 * @param options `limit` (20).
 * @throws LittleDataError where a record was damaged.
 * @example
 * ```ts
 * import { showRuns } from 'little-data';
 * showRuns({ limit: 5 });
 * ```
 */
export function showRuns(options: ShowRunsOptions = {}): void {
  checkKeys('showRuns', options, ['limit']);
  const limit = checkInteger('limit', options.limit ?? 20, { min: 1 });
  const all = readRuns().reverse();
  displayBundle(runsBundle(all.slice(0, limit), all.length));
}

const columns = [
  ...['name', 'validation accuracy', '95% interval', 'curve', 'epochs', 'learning rate'],
  ...['optimizer', 'head', 'photos', 'seconds'],
];

/** A table of these runs, of `total` that there are. */
export function runsBundle(shown: readonly RunRecord[], total: number): MimeBundle {
  const rows = shown.map((run) => ({ cells: cellsOf(run), curve: sparkline(run) }));
  const count = `${shown.length} of ${total} runs`;
  const heads = columns.map((name) => `<th>${name}</th>`).join('');
  const html = rows.map(({ cells, curve }) => {
    const texts = cells.map((cell) => `<td>${escapeHtml(cell)}</td>`);
    texts.splice(columns.indexOf('curve'), 0, `<td>${curve}</td>`);
    return `<tr>${texts.join('')}</tr>`;
  });
  return {
    'text/html': `<table><thead><tr>${heads}</tr></thead><tbody>${html.join('')}</tbody></table><p>${count}</p>`,
    'text/plain': [...rows.map(({ cells }) => cells.join(' | ')), count].join('\n'),
  };
}

/** The cells of a row without its curve. */
function cellsOf(run: RunRecord): string[] {
  const { epochs, learning_rate, optimizer, layers, photos } = rowOf(run);
  return [
    run.status === 'complete' ? run.name : `${run.name} (${run.status})`,
    lastEpochs(run)?.mean.toFixed(4) ?? '',
    run.final?.interval.map((end) => end.toFixed(3)).join(' to ') ?? '',
    ...[epochs, learning_rate, optimizer, layers, photos].map(String),
    run.seconds.toFixed(1),
  ];
}

/** The validation accuracy over the epochs, from 0.5 or below to 1, as a picture of a line's height. */
function sparkline({ history }: RunRecord): string {
  const values = history.val_acc ?? history.acc ?? [];
  if (values.length === 0) return '';
  const [width, height] = [90, 20];
  const low = Math.min(0.5, ...values);
  const x = (i: number) => ((i * width) / Math.max(1, values.length - 1)).toFixed(1);
  const y = (value: number) => (1 + (height - 2) * (1 - (value - low) / (1 - low))).toFixed(1);
  const points = values.map((value, i) => `${x(i)},${y(value)}`).join(' ');
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><polyline points="${points}" fill="none" stroke="#2b88d8" stroke-width="1.5"/></svg>`;
  const words = `from ${values[0]!.toFixed(3)} to ${values.at(-1)!.toFixed(3)}`;
  // As an image: JupyterLab leaves SVG out of HTML.
  const data = Buffer.from(svg).toString('base64');
  return `<img alt="${words}" width="${width}" height="${height}" src="data:image/svg+xml;base64,${data}">`;
}

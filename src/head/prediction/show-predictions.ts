/** Shows predictions below the cell: each photo small, with its class and probability in words. */
import path from 'node:path';
import { checkInteger, checkKeys, problem, show, shownLine } from '../../check';
import { smallPicture } from '../../images/small-picture';
import { displayBundle } from '../../notebook/display';
import { escapeHtml } from '../../notebook/escape-html';
import { evenly } from '../../notebook/evenly';
import { shownPath } from '../../paths';
import type { PhotoPrediction } from './predictor';

/** The options of `showPredictions`. */
export interface ShowPredictionsOptions {
  /** At most so many rows, evenly chosen. @default 24 */
  limit?: number;
  /** Pixels per side of the small photos. 0 shows none. @default 72 */
  size?: number;
}

/**
 * Shows predictions of `predictFolder` or `predictPhoto` as a table: photo, class, probability; how many photos went to each
 * class stands above it. Viewers without HTML get the same as text.
 *
 * @param predictions in the order to be shown.
 * @param options `limit`: at most so many rows (24); `size`: pixels per side of the small photos (72).
 * @example
 * ```ts
 * import { predictFolder, showPredictions } from 'little-data';
 * await showPredictions(await predictFolder('flowers', { head: 'head.h5' }), { limit: 4 });
 * ```
 */
export async function showPredictions(
  predictions: readonly PhotoPrediction[],
  options: ShowPredictionsOptions = {},
): Promise<void> {
  checkKeys('showPredictions', options, ['limit', 'size']);
  if (!Array.isArray(predictions))
    throw problem({
      where: '`predictions`',
      expected: 'a list of predictions, as predictFolder gives it',
      found: show(predictions),
      next: 'Pass that list; a prediction of predictPhoto as `[prediction]`.',
    });
  const { limit = 24, size = 72 } = options;
  checkInteger('limit', limit, { min: 1 });
  checkInteger('size', size, { min: 0, max: 512 });
  const shown = evenly(predictions, limit);
  const bytes = size > 0 ? await Promise.all(shown.map(({ photo }) => smallPicture(photo, { size }))) : [];
  const pictures = bytes.map((own) => own?.toString('base64') ?? null);
  displayBundle({
    'text/html': predictionsHtml(predictions, { limit, pictures }),
    'text/plain': predictionsText(predictions, { limit }),
  });
}

/** The table as text: `dogs  0.981  photos/a.jpg`, one line per photo. */
export function predictionsText(
  predictions: readonly PhotoPrediction[],
  { limit }: { limit: number },
): string {
  const shown = evenly(predictions, limit);
  const width = Math.max(0, ...shown.map((own) => classText(own).length));
  const lines = shown.map(
    (own) => `${classText(own).padEnd(width)}  ${own.probability.toFixed(3)}  ${shownPath(own.photo)}`,
  );
  return [summary(predictions), ...lines, ...more(predictions, limit)].map(shownLine).join('\n');
}

/** The table as HTML; `pictures[i]` is the small JPEG of row i in base64, or `null` for none. */
export function predictionsHtml(
  predictions: readonly PhotoPrediction[],
  { limit, pictures = [] }: { limit: number; pictures?: readonly (string | null)[] },
): string {
  const withPictures = pictures.some((picture) => picture);
  const rows = evenly(predictions, limit).map((own, i) => {
    const [name, text] = [escapeHtml(path.basename(own.photo)), escapeHtml(classText(own))];
    const cells = [`<td>${name}</td>`, `<td>${text}</td>`, `<td>${own.probability.toFixed(3)}</td>`];
    if (withPictures) cells.unshift(`<td>${pictureHtml(pictures[i], `${name}: ${text}`)}</td>`);
    return `<tr>${cells.join('')}</tr>`;
  });
  const titles = [...(withPictures ? ['photo'] : []), 'name', 'class', 'probability'];
  const head = `<tr>${titles.map((title) => `<th scope="col">${title}</th>`).join('')}</tr>`;
  const foot = more(predictions, limit).map((line) => `<p>${escapeHtml(line)}</p>`);
  return [
    `<table><caption>${escapeHtml(summary(predictions))}</caption>`,
    `<thead>${head}</thead><tbody>`,
    ...rows,
    '</tbody></table>',
    ...foot,
  ].join('\n');
}

/** The class, and how far it can be trusted. */
function classText({ className, unsure, unlike }: PhotoPrediction): string {
  if (unlike) return `${className} (unlike the train photos)`;
  return unsure ? `${className} (unsure)` : className;
}

function pictureHtml(picture: string | null | undefined, words: string): string {
  return picture ? `<img alt="${words}" src="data:image/jpeg;base64,${picture}">` : '';
}

function summary(predictions: readonly PhotoPrediction[]): string {
  const counts = new Map<string, number>();
  for (const { className } of predictions) counts.set(className, (counts.get(className) ?? 0) + 1);
  const words = [...counts].map(([name, n]) => `${n} ${name}`).join(', ');
  const photos = predictions.length === 1 ? '1 photo' : `${predictions.length} photos`;
  return `${photos}${words && `: ${words}`}`;
}

function more(predictions: readonly PhotoPrediction[], limit: number): string[] {
  if (predictions.length <= limit) return [];
  return [`${limit} of ${predictions.length} are shown, evenly chosen; \`limit\` shows more.`];
}

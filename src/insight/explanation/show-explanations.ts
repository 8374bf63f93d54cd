/** Explanations below the cell. */
import path from 'node:path';
import { problem, show, shownLine } from '../../check';
import { displayBundle, type MimeBundle } from '../../notebook/display';
import { escapeHtml } from '../../notebook/escape-html';
import { shownPath } from '../../paths';
import type { Explanation } from './explanation';

/** Pixels per picture on the page. */
const size = 200;

/**
 * Shows explanations of `explain` side by side: the part of each photo that the network sees, with the heat over it.
 *
 * @param explanations in the order to be shown.
 * @example
 * ```ts
 * import { explain, showExplanations } from 'little-data';
 * showExplanations([await explain('photo.jpg', { head: 'head.h5' })]);
 * ```
 */
export function showExplanations(explanations: readonly Explanation[]): void {
  if (!Array.isArray(explanations) || !explanations.every((one) => one?.heat))
    throw problem({
      where: '`explanations`',
      expected: 'a list of what explain gave',
      found: show(explanations),
      next: 'Pass `[await explain(photo, { head })]`.',
    });
  displayBundle(explanationBundle(explanations));
}

/** Explanations as one output. */
export function explanationBundle(explanations: readonly Explanation[]): MimeBundle {
  const figures = explanations.map(({ photo, className, probability, overlay }) => {
    const words = `${path.basename(photo)}: ${className}, probability ${probability.toFixed(3)}`;
    const source = `data:image/jpeg;base64,${Buffer.from(overlay).toString('base64')}`;
    return `<figure style="margin: 0; width: ${size}px; overflow-wrap: anywhere"><img alt="Heat for ${escapeHtml(words)}" width="${size}" src="${source}"><figcaption>${escapeHtml(words)}</figcaption></figure>`;
  });
  const lines = explanations.map(({ photo, className, probability, heat }) => {
    const values = heat.flat();
    const at = values.indexOf(Math.max(...values));
    const columns = heat[0]!.length;
    const place = `row ${Math.floor(at / columns) + 1} of ${heat.length}, column ${(at % columns) + 1} of ${columns}`;
    return shownLine(
      `${shownPath(photo)}: ${className}, probability ${probability.toFixed(3)}, hottest at ${place}`,
    );
  });
  return {
    'text/html': `<div style="display: flex; flex-wrap: wrap; gap: 8px">${figures.join('')}</div>`,
    'text/plain': lines.join('\n'),
  };
}

/** Photos as a table of a report. */
import { smallPicture } from '../../images/small-picture';
import { escapeHtml } from '../../notebook/escape-html';
import { type EvaluatedPhoto, photoName } from '../evaluated-photo';

/** A photo by its name, and what a row of the table says of it. */
export interface ListedPhoto extends Pick<EvaluatedPhoto, 'file' | 'row'> {
  cells: readonly string[];
}

/** Of 24 photos that makes at most half a megabyte. */
const [size, maxBytes] = [96, 15_000];

/**
 * The table as HTML.
 *
 * @param listed the rows.
 * @param options `head`: the names of the cells; `pictures`: whether each row has a small picture of its photo.
 */
export async function photoTable(
  listed: readonly ListedPhoto[],
  { head, pictures }: { head: readonly string[]; pictures: boolean },
): Promise<string> {
  const rows = await Promise.all(
    listed.map(async (photo) => {
      const picture = pictures ? `<td>${await pictureOf(photo)}</td>` : '';
      const cells = [photoName(photo), ...photo.cells].map((cell) => `<td>${escapeHtml(cell)}</td>`);
      return `<tr>${picture}${cells.join('')}</tr>`;
    }),
  );
  const names = [...(pictures ? ['picture'] : []), 'photo', ...head].map(
    (name) => `<th>${escapeHtml(name)}</th>`,
  );
  return `<table><thead><tr>${names.join('')}</tr></thead><tbody>\n${rows.join('\n')}\n</tbody></table>`;
}

async function pictureOf(photo: ListedPhoto): Promise<string> {
  const bytes = photo.file === undefined ? null : await smallPicture(photo.file, { size, maxBytes });
  if (!bytes) return '(no picture)';
  return `<img alt="${escapeHtml(photoName(photo))}" width="${size}" height="${size}" src="data:image/jpeg;base64,${bytes.toString('base64')}">`;
}

/** What `findDuplicates` finds, and how a cell shows it. */
import { shownLine } from '../../check';
import { smallPicture } from '../../images/small-picture';
import { displayName, type MimeBundle } from '../../notebook/display';
import { escapeHtml } from '../../notebook/escape-html';
import { shownPath } from '../../paths';
import type { SplitPhoto } from './photo-rows';

/** Same bytes, same pixels, or nearly the same. */
export type PairKind = 'bytes' | 'pixels' | 'near';

/** Two photos that are the same, or nearly. */
export interface DuplicatePair {
  /** Both, in the order of the splits and rows. */
  photos: [SplitPhoto, SplitPhoto];
  /** `'bytes'`: the same file; `'pixels'`: the same pixels in another file; `'near'`: re-encoded, resized, cut or mirrored. */
  kind: PairKind;
  /** Cosine of their features, -1..1. */
  similarity: number;
  /** Correlation of their pixels, -1..1. */
  correlation: number;
}

/** What `findDuplicates` returns. */
export interface Duplicates {
  /** All pairs: same bytes first, then most alike features first. Of several copies of one file each is paired with the first. */
  pairs: DuplicatePair[];
  /** The pairs of two different splits. */
  across: DuplicatePair[];
  /** All copies of one photo together. */
  groups: SplitPhoto[][];
  /** Photos with alike features that can't be read: whether they are duplicates is not known. */
  unread: string[];
}

/** A cell shows at most so many pairs. */
const mostShown = 12;

/** `duplicates`, which a cell that ends in them shows with pictures. The property can't be enumerated. */
export function withPictures(duplicates: Duplicates): Duplicates {
  return Object.defineProperty(duplicates, displayName, { value: () => duplicatesBundle(duplicates) });
}

/** The counts, and the first pairs: of two splits before others. */
export async function duplicatesBundle({ pairs, across, groups, unread }: Duplicates): Promise<MimeBundle> {
  const shown = [...across, ...pairs.filter((pair) => !across.includes(pair))].slice(0, mostShown);
  const lines = [
    `${pairs.length} pairs of duplicates in ${groups.length} groups, ${across.length} of two splits`,
    ...(unread.length > 0 ? [`${unread.length} photos could not be read and compared`] : []),
    ...(shown.length < pairs.length ? [`${shown.length} pairs are shown`] : []),
  ];
  const rows = await Promise.all(shown.map(rowHtml));
  const head = ['kind', 'correlation', 'photo', 'photo'].map((name) => `<th>${name}</th>`).join('');
  const table = `<table><thead><tr>${head}</tr></thead><tbody>${rows.join('\n')}</tbody></table>`;
  return {
    'text/html': `<p>${lines.join('<br>')}</p>${rows.length > 0 ? table : ''}`,
    'text/plain': [...lines, ...shown.map(lineOf)].join('\n'),
  };
}

function lineOf({ photos, kind, correlation }: DuplicatePair): string {
  const names = photos.map(({ split, file }) => `${split}: ${shownPath(file)}`).join(' = ');
  return shownLine(`${kind}  ${correlation.toFixed(3)}  ${names}`);
}

async function rowHtml({ photos, kind, correlation }: DuplicatePair): Promise<string> {
  const cells = await Promise.all(photos.map(photoHtml));
  return `<tr><td>${kind}</td><td>${correlation.toFixed(3)}</td>${cells.join('')}</tr>`;
}

async function photoHtml({ split, file }: SplitPhoto): Promise<string> {
  const picture = await smallPicture(file, { size: 72, maxBytes: 4000 });
  const name = escapeHtml(`${split}: ${shownPath(file)}`);
  const image = picture
    ? `<img alt="${name}" src="data:image/jpeg;base64,${picture.toString('base64')}"><br>`
    : '';
  return `<td>${image}${name}</td>`;
}

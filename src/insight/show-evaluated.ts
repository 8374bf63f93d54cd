/** Photos below the cell with what they are and what a head says. */
import { checkInteger, checkKeys, problem, show, shownLine } from '../check';
import { smallPicture } from '../images/small-picture';
import { displayBundle, displayName, type MimeBundle } from '../notebook/display';
import { escapeHtml } from '../notebook/escape-html';
import { shownPath } from '../paths';
import { type EvaluatedPhoto, isRight, photoName } from './evaluated-photo';

/** The options of `showEvaluated`. */
export interface ShowEvaluatedOptions {
  /** At most so many photos, the first ones; up to 100. @default 24 */
  limit?: number;
  /** Pixels per side of each photo. @default 96 */
  size?: number;
}

/** All pictures of a gallery have at most so many bytes: with base64 and words it stays below 200 KB in the notebook. */
const pictureBytes = 100_000;

/**
 * Shows photos below the cell, each with its true class, its predicted class, the probability and its name. Wrong ones have a
 * cross and a broken frame. The notebook keeps at most 200 KB: of many photos the pictures are smaller.
 *
 * @param photos from `worstMistakes`, `mostUncertain`, `confusionMatrix(...).photos(...)` or `evaluateHead(...).photos`.
 * @param options `limit`: at most so many (24); `size`: pixels per side (96).
 * @example
 * ```ts
 * import { evaluateHead, labelsOf, loadHead, np, showEvaluated } from 'little-data';
 * const features = np.load('features.npy');
 * const { photos } = evaluateHead(await loadHead('head.h5'), features, labelsOf(features));
 * await showEvaluated(photos, { limit: 4 });
 * ```
 */
export async function showEvaluated(
  photos: readonly EvaluatedPhoto[],
  options: ShowEvaluatedOptions = {},
): Promise<void> {
  displayBundle(await evaluatedBundle(photos, options));
}

/** `photos`, which a cell that ends in them shows as `showEvaluated` does. The property can't be enumerated. */
export function withGallery(photos: EvaluatedPhoto[]): EvaluatedPhoto[] {
  return Object.defineProperty(photos, displayName, { value: () => evaluatedBundle(photos, {}) });
}

/** The photos as one output; only those that it shows are decoded. */
export async function evaluatedBundle(
  photos: readonly EvaluatedPhoto[],
  options: ShowEvaluatedOptions,
): Promise<MimeBundle> {
  checkKeys('showEvaluated', options, ['limit', 'size']);
  const limit = checkInteger('limit', options.limit ?? 24, { min: 1, max: 100 });
  const size = checkInteger('size', options.size ?? 96, { min: 8, max: 512 });
  if (!Array.isArray(photos))
    throw problem({
      where: '`photos`',
      expected: 'a list of photos with their predictions',
      found: show(photos),
      next: 'Pass `worstMistakes(evaluation)`, or another such list.',
    });
  const shown = photos.slice(0, limit);
  const maxBytes = Math.floor(pictureBytes / Math.max(1, shown.length));
  const pictures = await Promise.all(
    shown.map(({ file }) => (file === undefined ? null : smallPicture(file, { size, maxBytes }))),
  );
  const count = photos.length === 1 ? '1 photo' : `${photos.length} photos`;
  const title = shown.length < photos.length ? `${count}, the first ${shown.length} of them` : count;
  const cards = shown.map((photo, i) => cardHtml(photo, { picture: pictures[i]!, size }));
  return {
    'text/html': `<p>${title}</p>\n<div style="display: flex; flex-wrap: wrap; gap: 8px">\n${cards.join('\n')}\n</div>`,
    'text/plain': [title, ...shown.map(lineOf)].join('\n'),
  };
}

/** `wrong  cats  predicted dogs  0.981  photos/a.jpg`. */
function lineOf(photo: EvaluatedPhoto): string {
  const { trueClass, predictedClass, probability, file } = photo;
  const mark = isRight(photo) ? 'right' : 'wrong';
  const name = file === undefined ? photoName(photo) : shownPath(file);
  return shownLine(`${mark}  ${trueClass}  predicted ${predictedClass}  ${probability.toFixed(3)}  ${name}`);
}

function cardHtml(
  photo: EvaluatedPhoto,
  { picture, size }: { picture: Buffer | null; size: number },
): string {
  const { trueClass, predictedClass, probability } = photo;
  const [frame, mark] = isRight(photo)
    ? ['1px solid', '&#10003; right']
    : ['3px dashed #e06c00', '&#10007; wrong'];
  const lines = [
    `<b>${mark}</b>`,
    `is ${escapeHtml(trueClass)}`,
    `predicted ${escapeHtml(predictedClass)}`,
    `probability ${probability.toFixed(3)}`,
    escapeHtml(photoName(photo)),
  ];
  const image = picture
    ? `<img alt="${escapeHtml(photoName(photo))}" width="${size}" height="${size}" src="data:image/jpeg;base64,${picture.toString('base64')}">`
    : '(no picture)';
  return `<figure style="margin: 0; padding: 4px; border: ${frame}; width: ${Math.max(size, 120)}px; overflow-wrap: anywhere">${image}<figcaption>${lines.join('<br>')}</figcaption></figure>`;
}

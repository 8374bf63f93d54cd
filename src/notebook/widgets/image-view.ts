/** A picture whose bytes can be replaced. */
import { checkInteger, checkKeys } from '../../check';
import { escapeHtml } from '../escape-html';
import { Widget } from './widget';

/** The options of `imageView`. */
export interface ImageViewOptions {
  /** Width in pixels; a narrow cell makes it smaller. @default the picture's own */
  width?: number;
  /** What it shows, for people who can't see it. @default 'picture' */
  alt?: string;
}

/**
 * A picture that can be replaced.
 *
 * @param bytes of a PNG, JPEG, GIF or WebP file; empty for none.
 * @param options `width` in pixels, `alt`.
 * @returns the control; setting `.value` to other bytes shows these.
 * @example
 * ```ts
 * import { imageView } from 'little-data';
 * const view = imageView(new Uint8Array(), { width: 224 });
 * view.show();
 * ```
 */
export function imageView(bytes: Uint8Array, options: ImageViewOptions = {}): Widget<Uint8Array> {
  checkKeys('imageView', options, ['width', 'alt']);
  const { width, alt = 'picture' } = options;
  if (width !== undefined) checkInteger('width', width, { min: 1 });
  return new Widget<Uint8Array>(
    {
      ...{ name: 'ImageModel', view: 'ImageView' },
      // A column would stretch it to its own width.
      layout: { max_width: '100%', object_fit: 'contain', align_self: 'flex-start' },
      state: { format: 'png', width: width ? String(width) : '', height: '', alt: escapeHtml(alt) },
      read: (state) => state.value as Uint8Array,
      write: (value) => ({ value }),
      text: (value) => (value.length === 0 ? `${alt} (no picture yet)` : `${alt} (${value.length} bytes)`),
    },
    bytes,
  );
}

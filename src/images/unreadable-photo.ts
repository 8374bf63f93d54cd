/** The one error for a photo that can't be used, and the reasons that several readers give. */
import { LittleDataError, problem } from '../check';
import { shownPath } from '../paths';

/** A photo that can't be used, and why: what a scan lists and a run leaves out together with its label. */
export class UnreadablePhoto extends LittleDataError {
  /** `'UnreadablePhoto'`. */
  override name = 'UnreadablePhoto';
  /** The path as it was given; `'the given bytes'` where bytes were given. */
  readonly file: string;
  /** A short phrase, such as `'empty file'` or `'ends in the middle of the picture'`. */
  readonly reason: string;

  /** @internal */
  constructor(file: string, { reason, next = 'Leave it out, or replace it with a good copy.' }: Unusable) {
    super(
      problem({ where: shownPath(file), expected: 'a photo', found: `no usable picture (${reason})`, next })
        .message,
    );
    this.file = file;
    this.reason = reason;
  }
}

/** Why bytes can't be used, thrown where the name of the file isn't known. */
export class Unusable extends Error {
  override name = 'Unusable';

  constructor(
    readonly reason: string,
    /** What the reader can do: whole sentences. */
    readonly next?: string,
  ) {
    super(reason);
  }
}

/** The reason for every file whose bytes stop too early. */
export const cutShort = 'ends in the middle of the picture';

/** Decoders take as long for a row of one pixel as for one of a thousand: 1 x 99.5 million pixels took over a minute. */
const longestSide = 65_535;

/** Throws unless a picture of this size may be decoded. */
export function checkSize(height: number, width: number, { maxPixels }: { maxPixels: number }): void {
  if (!(height > 0 && width > 0)) throw new Unusable('a picture without pixels');
  if (Math.max(height, width) > longestSide)
    throw new Unusable(
      `${width} x ${height} pixels, with a side over the limit of ${longestSide}`,
      'Leave it out, or cut it into pieces.',
    );
  if (height * width <= maxPixels) return;
  throw new Unusable(
    `${width} x ${height} pixels, over the limit of ${(maxPixels / 1e6).toLocaleString('en')} million`,
    'Leave it out, make it smaller, or pass a larger `maxPixels` if the memory allows it (3 bytes a pixel and more).',
  );
}

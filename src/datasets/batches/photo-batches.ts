/** Photos as batches of pixels. */
import type { Tensor4D } from '@tensorflow/tfjs-node';
import { decodePhoto, UnreadablePhoto } from '../../images/decode-photo';
import { type Resizing, resizePhoto } from '../../images/resize-photo';
import { type Preparation, preparePixels } from './prepare-pixels';

/** How photos become batches. */
export interface BatchPreparation extends Preparation, Resizing {
  /** Photos per batch; the last one may have fewer. */
  readonly batchSize: number;
  /** Seconds after which a photo counts as unreadable. @default 10 */
  readonly maxSeconds?: number;
}

/** A photo that can't be read: its place among the files, and why. */
export interface Unread {
  at: number;
  error: UnreadablePhoto;
}

/** A list of photos, and how they become batches. */
export class PhotoBatches {
  /** @param files the photos' paths. */
  constructor(
    readonly files: readonly string[],
    readonly preparation: BatchPreparation,
  ) {}

  /** Decodes one photo, given as a path or as bytes, to uint8 RGB `[height * width * 3]`; throws `UnreadablePhoto`. */
  async pixels(photo: string | Uint8Array): Promise<Uint8Array> {
    const { exifOrientation, maxSeconds } = this.preparation;
    return resizePhoto(await decodePhoto(photo, { exifOrientation, maxSeconds }), this.preparation);
  }

  /** Pixels of several photos as the network takes them: float32 `[n, height, width, 3]`. The caller disposes the tensor. */
  prepare(photos: readonly Uint8Array[]): Tensor4D {
    return preparePixels(photos, this.preparation);
  }

  /**
   * Reads all photos once, batch by batch.
   *
   * @param order the photos' places in the order in which they are read; default that of the files.
   * @returns for each batch the pixels (none where no photo of it can be read), their places, and what can't be read.
   */
  async *read(
    order: Iterable<number> = this.files.keys(),
  ): AsyncGenerator<{ x: Tensor4D | undefined; places: number[]; unread: Unread[] }> {
    const { batchSize } = this.preparation;
    const places = [...order];
    for (let start = 0; start < places.length; start += batchSize) {
      const batch = places.slice(start, start + batchSize);
      const read = await Promise.all(batch.map((at) => this.readOne(at)));
      const pixels = read.filter((one) => one instanceof Uint8Array);
      yield {
        x: pixels.length > 0 ? this.prepare(pixels) : undefined,
        places: batch.filter((_, i) => read[i] instanceof Uint8Array),
        unread: batch.flatMap((at, i) => {
          const error = read[i];
          return error instanceof UnreadablePhoto ? [{ at, error }] : [];
        }),
      };
    }
  }

  private async readOne(at: number): Promise<Uint8Array | UnreadablePhoto> {
    try {
      return await this.pixels(this.files[at]!);
    } catch (error) {
      if (error instanceof UnreadablePhoto) return error;
      throw error;
    }
  }
}

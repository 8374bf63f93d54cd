/** A network as extraction runs it. */
import type { PixelPreparation } from './gpu/pixel-table';

/** The output for a batch. */
export interface Rows {
  shape: readonly number[];
  values: Float32Array;
}

/** Computes batches. */
export interface Network {
  /** What runs it. */
  readonly device: 'cpu' | 'gpu';
  /** The photos per batch that it takes best; undefined where that does not matter. */
  readonly batchSize?: number;
  /** The output for photos, uint8 RGB `[height * width * 3]` each. */
  rows(photos: readonly Uint8Array[], preparation: PixelPreparation): Promise<Rows>;
}

/** What a network is wanted for. */
export interface NetworkUse {
  /** How many photos there are. */
  photos: number;
  /** How they are prepared. */
  preparation: PixelPreparation;
  /** The pixels of one of them; undefined where none can be read. */
  sample(): Promise<Uint8Array | undefined>;
}

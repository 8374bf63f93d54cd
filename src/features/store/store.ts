/** The feature store: the features of a photo are kept under `data/cache/features`, and never computed twice. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { shownPath } from '../../paths';
import { processState } from '../../state';
import type { FeatureRecipe } from '../provenance';
import { featureStore } from './feature-store';
import { readRow, rowPath, writeRow } from './row-file';
import { type FileState, type SeenFile, SeenFiles } from './seen-files';
import { earlierStore, enforceLimit, storePath } from './store-folder';

/** The hash of a photo: SHA-256 of its bytes, hexadecimal. */
export function photoHash(photo: Uint8Array): string {
  return createHash('sha256').update(photo).digest('hex');
}

/** The key of a photo's features: SHA-256 (hexadecimal) of the photo's hash and of all that the recipe says. */
export function featureKey(hash: string, recipe: FeatureRecipe): string {
  const { model, targetSize, preprocessing, resampling, cropFraction, exifOrientation, precision } = recipe;
  const { device } = recipe;
  const how = [
    model,
    targetSize,
    preprocessing.rescale,
    preprocessing.function,
    ...(preprocessing.digest === undefined ? [] : [preprocessing.digest]),
    resampling,
    exifOrientation,
    precision,
    ...(cropFraction === undefined ? [] : [cropFraction]),
    ...(device === undefined ? [] : [device]),
  ];
  return createHash('sha256')
    .update(`${hash} ${JSON.stringify(how)}`)
    .digest('hex');
}

/** The store as one run sees it: keeps rows of features by the bytes of the photo and the recipe. */
export class FeatureStore {
  private readonly seen = new SeenFiles();
  private readonly used = new Set<string>();
  private writing = new Map<string, Float32Array>();
  private lastWrite: Promise<void> = Promise.resolve();
  private bytesPut = 0;
  private keeps = true;

  /**
   * @param options `forOthers`: for a worker, whose rows another process gathers. Limit and memory of files are that one's; rows that
   *   can't be kept are an error.
   */
  constructor(private readonly options: { forOthers?: boolean } = {}) {
    if (!options.forOthers) tellEarlierStore();
  }

  /** The row kept under `key`; `undefined` where there is none, or where it isn't what was put there. */
  get(key: string): Float32Array | undefined {
    const written = this.writing.get(key);
    if (written) return written;
    try {
      const row = readRow(key);
      if (row) this.used.add(key);
      return row;
    } catch (error) {
      this.stopKeeping(error);
      return undefined;
    }
  }

  /**
   * Keeps rows. They are written while the network computes the next ones. The promise resolves once the rows of the call
   * before are on the disk. Where they can't be written, one message says so, and the run continues.
   */
  async put(rows: readonly { key: string; row: Float32Array }[]): Promise<void> {
    await this.lastWrite;
    this.writing = new Map(rows.map(({ key, row }) => [key, row]));
    this.lastWrite = this.guarded(async () => {
      const written = rows.map(({ key, row }) => writeRow(key, row));
      // Where one fails, the others still tidy up after themselves.
      await Promise.allSettled(written);
      const sizes = await Promise.all(written);
      this.bytesPut += sizes.reduce((sum, bytes) => sum + bytes, 0);
      this.seen.write();
      if (this.bytesPut > featureStore.maxBytes / 10) await this.makeRoom();
    });
    // Whoever puts or closes next sees the error.
    this.lastWrite.catch(() => {});
  }

  /** The hash of a photo's file where it is known without reading the file. */
  hashOf(file: string, state: FileState): string | undefined {
    return this.seen.hashOf(file, state);
  }

  /** Remembers the hash of a file that was read while it was in the given state. */
  remember(file: SeenFile): void {
    if (!this.options.forOthers) this.seen.remember(file);
  }

  /** Ends the run: records which rows were used, and makes room where the limit is passed. */
  async close(): Promise<void> {
    await this.lastWrite;
    await this.guarded(async () => {
      this.seen.write({ all: true });
      const now = new Date();
      // A row that another process removed meanwhile needs no record.
      const touch = (key: string) => fs.promises.utimes(rowPath(key), now, now).catch(() => undefined);
      await Promise.all([...this.used].map(touch));
      await this.makeRoom();
    });
  }

  private async makeRoom(): Promise<void> {
    if (this.bytesPut > 0 && !this.options.forOthers) await enforceLimit(featureStore.maxBytes);
    this.bytesPut = 0;
  }

  private async guarded(write: () => Promise<void>): Promise<void> {
    if (!this.keeps) return;
    try {
      await write();
    } catch (error) {
      this.stopKeeping(error);
    }
  }

  private stopKeeping(error: unknown): void {
    if (this.options.forOthers) throw error;
    if (!this.keeps) return;
    this.keeps = false;
    console.log(
      `The feature store ${shownPath(storePath())} fails (${(error as Error).message}). Features are computed, but no longer ` +
        'kept in this run. Make room on the disk before the next run, or empty the store with `featureStore.clear()`.',
    );
  }
}

function tellEarlierStore(): void {
  const told = processState('earlier-stores', () => new Set<string>());
  const text = told.has(storePath()) ? undefined : earlierStore();
  told.add(storePath());
  if (text) console.log(text);
}

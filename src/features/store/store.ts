/** The feature store: what was computed of a photo is kept under `data/cache/features`, and never computed twice. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { shownPath } from '../../paths';
import type { FeatureRecipe } from '../provenance';
import { featureStore } from './feature-store';
import { type FileState, forgetFiles, isSettled, rememberFiles, type SeenFile, seenHash } from './seen-files';
import { commit, openTables, releaseTables, remapTables, storePath, type Tables } from './store-file';
import { enforceLimit, noteUses } from './store-limit';

const checkBytes = 16;

/** After as many bytes were read or written, the memory that they lie in is let go of. */
const relieveAfter = 16e6;

/** The hash of a photo: SHA-256 of its bytes, hexadecimal. */
export function photoHash(photo: Uint8Array): string {
  return createHash('sha256').update(photo).digest('hex');
}

/** The key of a photo's features: SHA-256 of the photo's hash and of all that the recipe says. */
export function featureKey(hash: string, recipe: FeatureRecipe): string {
  const { model, targetSize, preprocessing, resampling, exifOrientation, precision } = recipe;
  const how = [
    model,
    targetSize,
    preprocessing.rescale,
    preprocessing.function,
    resampling,
    exifOrientation,
    precision,
  ];
  return createHash('sha256')
    .update(`${hash} ${JSON.stringify(how)}`)
    .digest('base64url');
}

/** Opens the store for one run; `undefined`, and a message, where it can't be opened: the run goes on without it. */
export function openFeatureStore(): FeatureStore | undefined {
  try {
    return new FeatureStore(openTables());
  } catch (error) {
    console.log(
      `The feature store ${shownPath(storePath())} can't be opened (${(error as Error).message}): features are computed, but not kept.`,
    );
    return undefined;
  }
}

/** The store as one run sees it: keeps rows of features by the bytes of the photo and the recipe. */
export class FeatureStore {
  private readonly used = new Map<string, number>();
  private seen: SeenFile[] = [];
  private bytesPut = 0;
  private bytesTouched = 0;
  private writing = new Map<string, Float32Array>();
  private keeps = true;
  /** False: LMDB's handles are closed, and touching them would end the process. */
  private isOpen = true;
  private lastWrite: Promise<void> = Promise.resolve();

  constructor(private readonly tables: Tables) {}

  /** The row kept under `key`; `undefined` where there is none, or where it isn't what was put there. */
  get(key: string): Float32Array | undefined {
    const written = this.writing.get(key);
    if (written) return written;
    const block = this.look(() => this.tables.rows.getBinaryFast(key));
    if (!block || block.length <= checkBytes) return undefined;
    this.bytesTouched += block.length;
    // LMDB's buffer is longer than `length` says, and holds the block only until the next one is read.
    const bytes = block.subarray(checkBytes, block.length);
    if (!checksum(key, bytes).equals(block.subarray(0, checkBytes))) return undefined;
    this.used.set(key, block.length);
    return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  }

  /** Lets go of the memory that the rows took, so that it doesn't grow with the number of photos; to be called often. */
  async relieve(): Promise<void> {
    if (this.bytesTouched < relieveAfter || !this.isOpen) return;
    this.bytesTouched = 0;
    await this.lastWrite;
    try {
      remapTables(this.tables);
    } catch (error) {
      this.isOpen = false;
      this.stopKeeping(error);
    }
  }

  /**
   * Keeps rows. They are written while the network goes on; resolves once those of the call before are on the disk.
   * Where they can't be written, the first time a message says so, and the run goes on.
   */
  async put(rows: readonly { key: string; row: Float32Array }[]): Promise<void> {
    await this.lastWrite;
    this.writing = new Map(rows.map(({ key, row }) => [key, row]));
    const blocks = rows.map(({ key, row }) => {
      const bytes = Buffer.from(row.buffer, row.byteOffset, row.byteLength);
      return { key, block: Buffer.concat([checksum(key, bytes), bytes]) };
    });
    this.lastWrite = this.write(blocks);
  }

  /** The hash of a photo's file where it is known without reading it. */
  hashOf(file: string, state: FileState): string | undefined {
    return this.look(() => seenHash(this.tables.files, file, state));
  }

  /** Remembers the hash of a file that was read while it was in the given state. */
  remember(file: SeenFile): void {
    if (isSettled(file.state)) this.seen.push(file);
  }

  /** Ends the run: notes what was used, makes room where the limit is passed. */
  async close(): Promise<void> {
    await this.lastWrite;
    if (!this.isOpen) return;
    await this.guarded(async () => {
      // Another process may have made room meanwhile.
      await this.write(
        [],
        [...this.used].filter(([key]) => this.tables.uses.doesExist(key)),
      );
      await forgetFiles(this.tables.files);
      await this.makeRoom();
    });
    // Photos may still be read ahead where a run was stopped.
    this.isOpen = false;
    releaseTables(this.tables);
  }

  /** One batch: on the disk whole or not at all. */
  private async write(
    blocks: readonly { key: string; block: Buffer }[],
    used: Iterable<[string, number]> = blocks.map(({ key, block }): [string, number] => [key, block.length]),
  ): Promise<void> {
    await this.guarded(async () => {
      const { rows, files } = this.tables;
      const seen = this.seen;
      this.seen = [];
      const bytes = blocks.reduce((sum, { block }) => sum + block.length, 0);
      this.checkRoom(bytes + 200 * seen.length);
      await commit(this.tables, () => {
        for (const { key, block } of blocks) rows.put(key, block);
        noteUses(this.tables, used, Date.now());
        rememberFiles(files, seen);
      });
      this.bytesPut += bytes;
      this.bytesTouched += bytes;
      if (this.bytesPut > featureStore.maxBytes / 10) await this.makeRoom();
    });
  }

  private async makeRoom(): Promise<void> {
    if (this.bytesPut > 0) await enforceLimit(this.tables, featureStore.maxBytes);
    this.bytesPut = 0;
  }

  /** LMDB says of a full disk no more than that a commit failed: so it is asked first. */
  private checkRoom(bytes: number): void {
    const { bavail, bsize } = fs.statfsSync(path.dirname(storePath()));
    if (bavail * bsize < 2 * bytes + 2 ** 20) throw new Error('the disk is full');
  }

  /** A store that can't be read is as good as an empty one. */
  private look<T>(read: () => T | undefined): T | undefined {
    if (!this.isOpen) return undefined;
    try {
      return read();
    } catch (error) {
      this.stopKeeping(error);
      return undefined;
    }
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
    if (!this.keeps) return;
    this.keeps = false;
    console.log(
      `The feature store ${shownPath(storePath())} fails (${(error as Error).message}): features are computed, but ` +
        'from here on not kept. Make room on the disk before the next run, or empty the store with `featureStore.clear()`.',
    );
  }
}

/** Of the key as well: a block that stands under another photo's key is no better than a damaged one. */
function checksum(key: string, bytes: Uint8Array): Buffer {
  return createHash('sha256').update(key).update(bytes).digest().subarray(0, checkBytes);
}

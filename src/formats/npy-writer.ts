/** Writes a `.npy` file row by row, when the number of rows is known only at the end. */
import fs from 'node:fs';
import { besideOf, putInPlace } from '../files/atomic';
import { checkReplaceable } from '../files/replaceable';
import { checkRoom } from '../files/room';
import { diskFault } from '../paths';
import { npyHeader, npyKind } from './npy';
import { RowsDigest } from './rows-digest';

const next = 'Then run the cell again: features that were computed come from the feature store.';

/** A file of float32 `[n, ...rowShape]` under way: beside its place until `finish` renames it. */
export class NpyWriter {
  private readonly headerBytes: number;
  private readonly rowBytes: number;
  private readonly values = new RowsDigest();
  private beside: string | undefined;
  private descriptor: number | undefined;

  constructor(
    private readonly file: string,
    private readonly sizes: { rowShape: readonly number[]; maxRows: number },
  ) {
    checkReplaceable(file, npyKind);
    const { rowShape, maxRows } = sizes;
    this.headerBytes = npyHeader([maxRows, ...rowShape], '<f4').length;
    this.rowBytes = 4 * rowShape.reduce((a, b) => a * b, 1);
    this.guarded(() => {
      this.beside = besideOf(file);
      this.descriptor = fs.openSync(this.beside, 'wx');
    });
    try {
      checkRoom(file, this.headerBytes + maxRows * this.rowBytes, next);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Writes a row in its place; rows may come in any order. */
  write(row: number, values: Float32Array): void {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    this.values.add(row, bytes);
    this.writeAt(bytes, this.headerBytes + row * this.rowBytes);
  }

  /** The digest of the values of so many rows. */
  digest(rows: number): string {
    return this.values.digest(rows);
  }

  /** Ends the file with that many rows and puts it in its place. */
  finish(rows: number): void {
    const header = npyHeader([rows, ...this.sizes.rowShape], '<f4', { length: this.headerBytes });
    this.writeAt(header, 0);
    checkReplaceable(this.file, npyKind);
    this.guarded(() => {
      fs.closeSync(this.descriptor!);
      this.descriptor = undefined;
      putInPlace(this.beside!, this.file);
    });
  }

  /** Leaves nothing behind where `finish` was not reached. */
  close(): void {
    if (this.descriptor !== undefined) fs.closeSync(this.descriptor);
    this.descriptor = undefined;
    if (this.beside) fs.rmSync(this.beside, { force: true });
  }

  private writeAt(bytes: Uint8Array, position: number): void {
    this.guarded(() => {
      for (let at = 0; at < bytes.length; )
        at += fs.writeSync(this.descriptor!, bytes, at, bytes.length - at, position + at);
    });
  }

  private guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      throw diskFault(error, { place: this.file, what: 'the features', next });
    }
  }
}

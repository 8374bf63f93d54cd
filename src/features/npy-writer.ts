/** Writes a `.npy` file row by row, when the number of rows is known only at the end. */
import fs from 'node:fs';
import path from 'node:path';
import { problem } from '../check';
import { shownPath } from '../paths';
import { processState } from '../state';
import { npyHeader } from './npy';
import { RowsDigest } from './npy-digest';

/** A file of float32 `[n, ...rowShape]` under way: beside its place until `finish` renames it. */
export class NpyWriter {
  private readonly beside: string;
  private readonly headerBytes: number;
  private readonly rowBytes: number;
  private readonly digest = new RowsDigest();
  private descriptor: number | undefined;

  constructor(
    private readonly file: string,
    private readonly sizes: { rowShape: readonly number[]; maxRows: number },
  ) {
    const { rowShape, maxRows } = sizes;
    this.headerBytes = npyHeader([maxRows, ...rowShape], '<f4').length;
    this.rowBytes = 4 * rowShape.reduce((a, b) => a * b, 1);
    fs.mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
    removeAbandoned(file);
    const counter = processState('npy-files', () => ({ next: 0 }));
    this.beside = `${file}.${process.pid}-${counter.next++}.part`;
    this.descriptor = fs.openSync(this.beside, 'w');
  }

  /** Writes a row in its place; rows may come in any order. */
  write(row: number, values: Float32Array): void {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    this.digest.add(row, bytes);
    this.writeAt(bytes, this.headerBytes + row * this.rowBytes);
  }

  /** Ends the file with that many rows and puts it in its place; returns the digest of its values. */
  finish(rows: number): string {
    const header = npyHeader([rows, ...this.sizes.rowShape], '<f4', { length: this.headerBytes });
    this.writeAt(header, 0);
    fs.fsyncSync(this.descriptor!);
    fs.closeSync(this.descriptor!);
    this.descriptor = undefined;
    fs.renameSync(this.beside, this.file);
    return this.digest.digest(rows);
  }

  /** Leaves nothing behind where `finish` was not reached. */
  close(): void {
    if (this.descriptor !== undefined) fs.closeSync(this.descriptor);
    this.descriptor = undefined;
    fs.rmSync(this.beside, { force: true });
  }

  private writeAt(bytes: Uint8Array, position: number): void {
    try {
      for (let at = 0; at < bytes.length; )
        at += fs.writeSync(this.descriptor!, bytes, at, bytes.length - at, position + at);
    } catch (error) {
      throw problem({
        where: shownPath(this.file),
        expected: 'room for the features',
        found: (error as Error).message,
        next: 'Make room on the disk and run the cell again: what was computed is taken from the feature store.',
      });
    }
  }
}

/** A process that was killed could not remove what it had begun. */
function removeAbandoned(file: string): void {
  const folder = path.dirname(path.resolve(file));
  const name = path.basename(file);
  for (const entry of fs.readdirSync(folder)) {
    if (!entry.startsWith(`${name}.`)) continue;
    const process = /^(\d+)-\d+\.part$/.exec(entry.slice(name.length + 1))?.[1];
    if (process && !isRunning(Number(process))) fs.rmSync(path.join(folder, entry), { force: true });
  }
}

function isRunning(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

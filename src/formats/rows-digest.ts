/** A digest of an array that can be had row by row, in any order. */
import { createHash } from 'node:crypto';

const hashBytes = 32;

/** The digest of rows that come one after the other: SHA-256 of the SHA-256 of each row. */
export class RowsDigest {
  private hashes = Buffer.alloc(0);

  /** Adds a row; each comes once, in any order. */
  add(row: number, bytes: Uint8Array): void {
    const end = (row + 1) * hashBytes;
    if (this.hashes.length < end) {
      const larger = Buffer.alloc(2 * end);
      this.hashes.copy(larger);
      this.hashes = larger;
    }
    createHash('sha256')
      .update(bytes)
      .digest()
      .copy(this.hashes, row * hashBytes);
  }

  /** The digest of the first `rows` rows, hexadecimal. */
  digest(rows: number): string {
    return createHash('sha256')
      .update(this.hashes.subarray(0, rows * hashBytes))
      .digest('hex');
  }
}

/** The digest of an array's values. */
export function digestOfRows(values: Float32Array | Int32Array | Uint8Array, rows: number): string {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const size = bytes.length / rows;
  const digest = new RowsDigest();
  for (let row = 0; row < rows; row++) digest.add(row, bytes.subarray(row * size, (row + 1) * size));
  return digest.digest(rows);
}

/** Writes NumPy's `.npy` files. Format: numpy/lib/format.py. */
import fs from 'node:fs';
import type { Tensor } from '@tensorflow/tfjs-node';
import { problem } from '../check';
import { writeWhole } from '../files/atomic';
import { shownPath } from '../paths';

/** How each `.npy` file begins. */
export const magic = '\x93NUMPY';

/** What `checkReplaceable` lets be replaced. */
export const npyKind = { kind: '.npy', signature: magic };

/** One call of the system reads or writes less than 2 GiB. */
export const mostAtOnce = 2 ** 30;

/**
 * The bytes before the values: magic, version 1.0, length, a Python dictionary, padded to a multiple of 64 and at least
 * to `length` bytes (`descr` such as `<f4`).
 */
export function npyHeader(
  shape: readonly number[],
  descr: string,
  { length = 0 }: { length?: number } = {},
): Buffer {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const start = magic.length + 4;
  const whole = Math.max(length, Math.ceil((start + text.length + 1) / 64) * 64);
  const header = Buffer.alloc(whole, ' ');
  header.write(magic, 'latin1');
  header.writeUInt8(1, 6);
  header.writeUInt8(0, 7);
  header.writeUInt16LE(whole - start, 8);
  header.write(text, start, 'latin1');
  header.write('\n', whole - 1, 'latin1');
  return header;
}

/** Writes a tensor as `.npy` (float32, int32 or bool, C order), whole or not at all. */
export function writeNpy(file: string, tensor: Tensor): void {
  const descr = { float32: '<f4', int32: '<i4', bool: '|b1' }[tensor.dtype as string];
  if (!descr) {
    throw problem({
      where: shownPath(file),
      expected: 'a tensor of float32, int32 or bool',
      found: `one of ${tensor.dtype}`,
      next: 'Cast it first, e.g. with `tensor.toFloat()`.',
    });
  }
  const values = tensor.dataSync() as Float32Array | Int32Array | Uint8Array;
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  writeWhole(file, (descriptor) => {
    fs.writeFileSync(descriptor, npyHeader(tensor.shape, descr));
    for (let at = 0; at < bytes.length; )
      at += fs.writeSync(descriptor, bytes, at, Math.min(bytes.length - at, mostAtOnce));
  });
}

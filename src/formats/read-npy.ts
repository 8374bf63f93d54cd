/** Reads NumPy's `.npy` files. Format: numpy/lib/format.py, versions 1.0 to 3.0. */
import fs from 'node:fs';
import type { Tensor } from '@tensorflow/tfjs-node';
import { problem } from '../check';
import { shownPath } from '../paths';
import { tf } from '../tensorflow';
import { fromHalf } from './from-half';
import { magic, mostAtOnce } from './npy';
import { parseNpyHeader } from './npy-header';

/** How each NumPy type is read: wider types are narrowed to what TensorFlow.js has. */
const readers: Record<
  string,
  {
    bytes: number;
    dtype: 'float32' | 'int32' | 'bool';
    read: (view: DataView, at: number, isLittle: boolean) => number;
  }
> = {
  f2: { bytes: 2, dtype: 'float32', read: (view, at, isLittle) => fromHalf(view.getUint16(at, isLittle)) },
  f4: { bytes: 4, dtype: 'float32', read: (view, at, isLittle) => view.getFloat32(at, isLittle) },
  f8: { bytes: 8, dtype: 'float32', read: (view, at, isLittle) => view.getFloat64(at, isLittle) },
  i1: { bytes: 1, dtype: 'int32', read: (view, at) => view.getInt8(at) },
  u1: { bytes: 1, dtype: 'int32', read: (view, at) => view.getUint8(at) },
  i2: { bytes: 2, dtype: 'int32', read: (view, at, isLittle) => view.getInt16(at, isLittle) },
  u2: { bytes: 2, dtype: 'int32', read: (view, at, isLittle) => view.getUint16(at, isLittle) },
  i4: { bytes: 4, dtype: 'int32', read: (view, at, isLittle) => view.getInt32(at, isLittle) },
  u4: { bytes: 4, dtype: 'int32', read: (view, at, isLittle) => view.getUint32(at, isLittle) },
  i8: { bytes: 8, dtype: 'int32', read: (view, at, isLittle) => Number(view.getBigInt64(at, isLittle)) },
  u8: { bytes: 8, dtype: 'int32', read: (view, at, isLittle) => Number(view.getBigUint64(at, isLittle)) },
  b1: { bytes: 1, dtype: 'bool', read: (view, at) => Number(view.getUint8(at) !== 0) },
};

/** What else NumPy saves, by the letter of its type, and how it becomes an array of numbers. */
const otherKinds: Record<string, { name: string; next: string }> = {
  c: { name: 'complex numbers', next: 'In NumPy, save `array.real` and `array.imag` on their own.' },
  O: {
    name: 'Python objects',
    next: "In NumPy, load it with `allow_pickle=True`, if you trust it, and save its numbers as `np.array(..., 'float32')`.",
  },
  U: { name: 'text', next: 'Pass a file of numbers.' },
  S: { name: 'text', next: 'Pass a file of numbers.' },
  '(': { name: 'fields', next: "In NumPy, save each field on its own: `np.save('a.npy', array['a'])`." },
  M: {
    name: 'dates',
    next: "Save them in NumPy as numbers, e.g. `array.astype('int64').astype('float32')`.",
  },
  m: { name: 'durations', next: "Save them in NumPy as numbers, e.g. `array.astype('float32')`." },
};

/**
 * Reads a `.npy` file as a tensor: floats (16, 32 and 64 bits) as float32, integers as int32, in either byte order.
 * @throws where it is no such file, is cut off, or holds another type or numbers that float32 or int32 can't hold.
 */
export function readNpy(file: string): Tensor {
  const descriptor = openFile(file);
  try {
    const { descr, fortran, shape, start } = readHeader(file, descriptor);
    const reader = readers[descr.slice(1)];
    if (!reader) {
      const kind = otherKinds[descr.slice(1, 2)];
      throw problem({
        where: shownPath(file),
        expected: `numbers of the types ${Object.keys(readers).join(', ')}`,
        found: kind ? `${kind.name} (type ${descr})` : `the type ${descr}`,
        next: kind?.next ?? "Save it in NumPy as `array.astype('float32')`.",
      });
    }
    const size = shape.reduce((a, b) => a * b, 1);
    const found = fs.fstatSync(descriptor).size - start;
    if (found !== size * reader.bytes) {
      throw problem({
        where: shownPath(file),
        expected: `${size * reader.bytes} bytes of values for the shape [${shape.join(', ')}]`,
        found: `${found}`,
        next: 'The file is cut off or damaged. Make it again.',
      });
    }
    const values = readValues(file, descriptor, { start, size, reader, isLittle: descr[0] !== '>' });
    if (!fortran) return tf.tensor(values, shape, reader.dtype);
    return tf.tidy(() => tf.tensor(values, [...shape].reverse(), reader.dtype).transpose());
  } finally {
    fs.closeSync(descriptor);
  }
}

interface Values {
  start: number;
  size: number;
  reader: (typeof readers)[string];
  isLittle: boolean;
}

/** Values are read piece by piece into the array that the tensor gets: beside that one, no other is held. */
function readValues(
  file: string,
  descriptor: number,
  { start, size, reader, isLittle }: Values,
): Float32Array | Int32Array | Uint8Array {
  const values = new arrays[reader.dtype](size);
  if (reader === readers.f4 && isLittle) {
    readFully(descriptor, new Uint8Array(values.buffer), start);
    return values;
  }
  const some = Math.min(size, 2 ** 20);
  const bytes = new Uint8Array(some * reader.bytes);
  const view = new DataView(bytes.buffer);
  for (let from = 0; from < size; from += some) {
    const count = Math.min(some, size - from);
    readFully(descriptor, bytes.subarray(0, count * reader.bytes), start + from * reader.bytes);
    for (let i = 0; i < count; i++) {
      const value = reader.read(view, i * reader.bytes, isLittle);
      values[from + i] = value;
      if (values[from + i] !== value && isTooLarge(value, reader)) throw tooLarge(file, value, reader);
    }
  }
  return values;
}

const arrays = { float32: Float32Array, int32: Int32Array, bool: Uint8Array };

/** No number changes in silence, but for the digits that float32 hasn't. */
function isTooLarge(value: number, { dtype }: Values['reader']): boolean {
  return dtype === 'int32' || (Number.isFinite(value) && !Number.isFinite(Math.fround(value)));
}

function tooLarge(file: string, value: number, reader: Values['reader']): Error {
  const isInteger = reader.dtype === 'int32';
  const type = Object.keys(readers).find((name) => readers[name] === reader);
  return problem({
    where: shownPath(file),
    expected: isInteger
      ? 'integers from -2147483648 to 2147483647, as int32 holds them'
      : 'numbers up to 3.4e38, as float32 holds them',
    found: `${value} (type ${type})`,
    next: isInteger
      ? "Save it in NumPy as `array.astype('float32')`."
      : 'Scale the numbers in NumPy, and save them again.',
  });
}

function openFile(file: string): number {
  try {
    return fs.openSync(file, 'r');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw problem({
      where: shownPath(file),
      expected: 'a .npy file',
      found: ['ENOENT', 'ENOTDIR'].includes(code ?? '') ? 'no such file' : `the error ${code}`,
      next: 'Run the cell that saves it first, or correct the path.',
    });
  }
}

/** Fills `bytes` from `position` on; returns how many there were. */
function readFully(descriptor: number, bytes: Uint8Array, position: number): number {
  let at = 0;
  while (at < bytes.length) {
    const length = Math.min(bytes.length - at, mostAtOnce);
    const read = fs.readSync(descriptor, bytes, at, length, position + at);
    if (read === 0) break;
    at += read;
  }
  return at;
}

function readHeader(file: string, descriptor: number) {
  const damaged = (found: string) =>
    problem({
      where: shownPath(file),
      expected: "a file that NumPy's `np.save` or this `np.save` wrote",
      found,
      next: 'Pass a .npy file.',
    });
  if (!fs.fstatSync(descriptor).isFile()) throw damaged('a folder or a device');
  const first = Buffer.alloc(12);
  if (readFully(descriptor, first, 0) < 12 || first.toString('latin1', 0, 6) !== magic)
    throw damaged('other content');
  const [version, isLong] = [first[6]!, first[6]! > 1];
  if (version < 1 || version > 3) throw damaged(`version ${version} of the format`);
  const textStart = isLong ? 12 : 10;
  const length = isLong ? first.readUInt32LE(8) : first.readUInt16LE(8);
  if (length > fs.fstatSync(descriptor).size) throw damaged('a header that is cut off');
  const header = Buffer.alloc(length);
  if (readFully(descriptor, header, textStart) < length) throw damaged('a header that is cut off');
  const text = header.toString('latin1');
  const parsed = parseNpyHeader(text);
  if (!parsed) throw damaged(`the header ${text.trim().slice(0, 80)}`);
  return { ...parsed, start: textStart + length };
}

/** Reads NumPy's `.npy` files. Format: numpy/lib/format.py, versions 1.0 to 3.0. */
import fs from 'node:fs';
import type { Tensor } from '@tensorflow/tfjs-node';
import { problem } from '../check';
import { shownPath } from '../paths';
import { tf } from '../tensorflow';
import { magic, mostAtOnce } from './npy';

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
  b1: { bytes: 1, dtype: 'bool', read: (view, at) => view.getUint8(at) },
};

/**
 * Reads a `.npy` file as a tensor: floats (16, 32 and 64 bits) as float32, integers as int32, in either byte order.
 * @throws where it is no such file, is cut off, or holds another type or integers that int32 can't hold.
 */
export function readNpy(file: string): Tensor {
  const descriptor = openFile(file);
  try {
    const { descr, fortran, shape, start } = readHeader(file, descriptor);
    const reader = readers[descr.slice(1)];
    if (!reader) {
      throw problem({
        where: shownPath(file),
        expected: `values of the types ${Object.keys(readers).join(', ')}`,
        found: `the type ${descr}`,
        next: "Save it in NumPy as `array.astype('float32')`.",
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
    const values = readValues(descriptor, { start, size, reader, isLittle: descr[0] !== '>' });
    if (reader.dtype === 'int32') checkRange(file, values, descr);
    const typed = reader.dtype === 'int32' ? Int32Array.from(values) : values;
    if (!fortran) return tf.tensor(typed as Float32Array, shape, reader.dtype);
    return tf.tidy(() => tf.tensor(typed as Float32Array, [...shape].reverse(), reader.dtype).transpose());
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

function readValues(
  descriptor: number,
  { start, size, reader, isLittle }: Values,
): Float32Array | Float64Array | Uint8Array {
  if (reader === readers.f4 && isLittle) {
    const values = new Float32Array(size);
    readFully(descriptor, new Uint8Array(values.buffer), start);
    return values;
  }
  // Integers are looked at before they become int32, so that none changes in silence.
  const values = new { float32: Float32Array, int32: Float64Array, bool: Uint8Array }[reader.dtype](size);
  const some = Math.min(size, 2 ** 20);
  const bytes = new Uint8Array(some * reader.bytes);
  for (let from = 0; from < size; from += some) {
    const count = Math.min(some, size - from);
    readFully(descriptor, bytes.subarray(0, count * reader.bytes), start + from * reader.bytes);
    const view = new DataView(bytes.buffer);
    for (let i = 0; i < count; i++) values[from + i] = reader.read(view, i * reader.bytes, isLittle);
  }
  return values;
}

function checkRange(file: string, values: ArrayLike<number>, descr: string): void {
  const large = Array.prototype.find.call(values, (value: number) => value !== (value | 0));
  if (large === undefined) return;
  throw problem({
    where: shownPath(file),
    expected: 'integers from -2147483648 to 2147483647, as int32 holds them',
    found: `${large} (type ${descr})`,
    next: "Save it in NumPy as `array.astype('float32')`.",
  });
}

/** IEEE 754 binary16: 1 bit sign, 5 bits exponent, 10 bits fraction. */
function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function openFile(file: string): number {
  try {
    return fs.openSync(file, 'r');
  } catch (error) {
    throw problem({
      where: shownPath(file),
      expected: 'a .npy file',
      found: (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'no such file' : (error as Error).message,
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
  const descr = /'descr':\s*(?:'([^']+)'|(\[.*?\]))/.exec(text);
  const fortran = /'fortran_order':\s*(True|False)/.exec(text)?.[1];
  const shape = /'shape':\s*\(([^)]*)\)/.exec(text)?.[1];
  if (!descr || fortran === undefined || shape === undefined)
    throw damaged(`the header ${text.trim().slice(0, 80)}`);
  return {
    descr: descr[1] ?? descr[2]!,
    fortran: fortran === 'True',
    shape: (shape.match(/\d+/g) ?? []).map(Number),
    start: textStart + length,
  };
}

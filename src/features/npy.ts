/** `np.save` and `np.load`: NumPy's `.npy` files. Format: numpy/lib/format.py, versions 1.0 to 3.0. */
import fs from 'node:fs';
import type { Tensor } from '@tensorflow/tfjs-node';
import { problem } from '../check';
import { shownPath, writeWhole } from '../paths';
import { tf } from '../tensorflow';

/** An array as it stands in a `.npy` file: little-endian values in C order. */
export interface NpyArray {
  shape: number[];
  dtype: 'float32' | 'int32' | 'bool';
  data: Float32Array | Int32Array | Uint8Array;
}

const magic = '\x93NUMPY';

/** How each NumPy type is read: wider types are narrowed to what TensorFlow.js has. */
const readers: Record<
  string,
  { bytes: number; dtype: NpyArray['dtype']; read: (view: DataView, at: number) => number }
> = {
  f4: { bytes: 4, dtype: 'float32', read: (view, at) => view.getFloat32(at, true) },
  f8: { bytes: 8, dtype: 'float32', read: (view, at) => view.getFloat64(at, true) },
  i1: { bytes: 1, dtype: 'int32', read: (view, at) => view.getInt8(at) },
  u1: { bytes: 1, dtype: 'int32', read: (view, at) => view.getUint8(at) },
  i2: { bytes: 2, dtype: 'int32', read: (view, at) => view.getInt16(at, true) },
  u2: { bytes: 2, dtype: 'int32', read: (view, at) => view.getUint16(at, true) },
  i4: { bytes: 4, dtype: 'int32', read: (view, at) => view.getInt32(at, true) },
  i8: { bytes: 8, dtype: 'int32', read: (view, at) => Number(view.getBigInt64(at, true)) },
  b1: { bytes: 1, dtype: 'bool', read: (view, at) => view.getUint8(at) },
};

/** The bytes before the values: magic, version 1.0, length, a Python dictionary, padded to 64 (`dtype` such as `<f4`). */
export function npyHeader(shape: readonly number[], descr: string): Buffer {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const padded = `${text}${' '.repeat(63 - ((magic.length + 4 + text.length) % 64))}\n`;
  const header = Buffer.alloc(magic.length + 4 + padded.length);
  header.write(magic, 'latin1');
  header.writeUInt8(1, 6);
  header.writeUInt16LE(padded.length, 8);
  header.write(padded, 10, 'latin1');
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
    fs.writeSync(descriptor, npyHeader(tensor.shape, descr));
    for (let at = 0; at < bytes.length; ) at += fs.writeSync(descriptor, bytes, at);
  });
}

/** Reads a `.npy` file as a tensor: floats as float32, integers as int32. */
export function readNpy(file: string): Tensor {
  const bytes = readFile(file);
  const { descr, fortran, shape, start } = parseHeader(file, bytes);
  const reader = readers[descr.slice(1)];
  if (!reader || descr[0] === '>') {
    throw problem({
      where: shownPath(file),
      expected: `little-endian values of ${Object.keys(readers).join(', ')}`,
      found: `the type ${descr}`,
      next: "Save it in NumPy as `array.astype('float32')`.",
    });
  }
  const size = shape.reduce((a, b) => a * b, 1);
  if (bytes.length - start !== size * reader.bytes) {
    throw problem({
      where: shownPath(file),
      expected: `${size * reader.bytes} bytes of values for the shape [${shape.join(', ')}]`,
      found: `${bytes.length - start}`,
      next: 'The file is cut off or damaged. Make it again.',
    });
  }
  const values = readValues(file, bytes, { start, size, reader });
  if (!fortran) return tf.tensor(values, shape, reader.dtype);
  return tf.tidy(() => tf.tensor(values, [...shape].reverse(), reader.dtype).transpose());
}

type Reader = (typeof readers)[string];

function readValues(
  file: string,
  bytes: Buffer,
  { start, size, reader }: { start: number; size: number; reader: Reader },
) {
  if (reader === readers.f4) {
    // A copy of its own: the tensor keeps the memory, and a Float32Array must start at a multiple of 4.
    const copy = bytes.buffer.slice(bytes.byteOffset + start, bytes.byteOffset + bytes.length);
    return new Float32Array(copy);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + start);
  const Values = { float32: Float32Array, int32: Int32Array, bool: Uint8Array }[reader.dtype];
  const values = new Values(size);
  for (let i = 0; i < size; i++) {
    const value = reader.read(view, i * reader.bytes);
    values[i] = value;
    if (reader.dtype === 'int32' && values[i] !== value) {
      throw problem({
        where: shownPath(file),
        expected: 'integers of 32 bits',
        found: String(value),
        next: "Save it in NumPy as `array.astype('float32')`.",
      });
    }
  }
  return values;
}

function readFile(file: string): Buffer {
  try {
    return fs.readFileSync(file);
  } catch (error) {
    throw problem({
      where: shownPath(file),
      expected: 'a .npy file',
      found: (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'no such file' : (error as Error).message,
      next: 'Run the cell that saves it first, or correct the path.',
    });
  }
}

function parseHeader(file: string, bytes: Buffer) {
  const damaged = (found: string) =>
    problem({
      where: shownPath(file),
      expected: "a file that NumPy's `np.save` or this `np.save` wrote",
      found,
      next: 'Pass a .npy file.',
    });
  if (bytes.length < 12 || bytes.toString('latin1', 0, 6) !== magic) throw damaged('other content');
  const long = bytes[6]! > 1;
  const start = long ? 12 + bytes.readUInt32LE(8) : 10 + bytes.readUInt16LE(8);
  const text = bytes.toString('latin1', long ? 12 : 10, start);
  const descr = /'descr':\s*'([^']+)'/.exec(text)?.[1];
  const fortran = /'fortran_order':\s*(True|False)/.exec(text)?.[1];
  const shape = /'shape':\s*\(([^)]*)\)/.exec(text)?.[1];
  if (descr === undefined || fortran === undefined || shape === undefined)
    throw damaged(`the header ${text.trim().slice(0, 80)}`);
  return { descr, fortran: fortran === 'True', shape: (shape.match(/\d+/g) ?? []).map(Number), start };
}

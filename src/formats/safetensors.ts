/** Reads `.safetensors`: named arrays of numbers behind a header in JSON. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import * as v from 'valibot';
import { type LittleDataError, problem } from '../check';
import { shownPath } from '../paths';
import { fromHalf } from './from-half';

/** An array of a file. */
export interface NamedArray {
  shape: number[];
  /** float32, also where the file holds float16. */
  data: Float32Array;
}

const size = v.pipe(v.number(), v.integer(), v.minValue(0));
const entrySchema = v.object({
  dtype: v.picklist(['F16', 'F32']),
  shape: v.array(size),
  data_offsets: v.tuple([size, size]),
});
const bytesOf = { F16: 2, F32: 4 };

/**
 * The arrays of a file by their names, in the order of the file.
 *
 * @param file the path.
 * @param options `sha256`: what the file must have, in hexadecimal (any by default); `next`: how to get it anew, a sentence.
 * @returns float32 arrays; float16 is widened, which is exact.
 * @throws LittleDataError where it is missing, cut off, or has other numbers than float16 and float32.
 *
 * Source: https://huggingface.co/docs/safetensors: 8 bytes with the length of the header, the header, the numbers (little-endian).
 */
export function readSafetensors(
  file: string,
  { sha256, next = 'Correct the path, or get the file anew.' }: { sha256?: string; next?: string } = {},
): Map<string, NamedArray> {
  const bytes = readBytes(file, next);
  const arrays = arraysIn(bytes, file, next);
  if (sha256 === undefined) return arrays;
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found === sha256) return arrays;
  throw problem({
    where: shownPath(file),
    expected: `weights with the SHA-256 ${sha256}`,
    found,
    next: `The file is damaged or another one. ${next}`,
  });
}

function arraysIn(bytes: Buffer, file: string, next: string): Map<string, NamedArray> {
  try {
    const length = Number(bytes.readBigUInt64LE(0));
    const header: unknown = JSON.parse(bytes.toString('utf8', 8, 8 + length));
    const values = bytes.subarray(8 + length);
    const arrays = new Map<string, NamedArray>();
    for (const [name, given] of Object.entries(header as object)) {
      if (name === '__metadata__') continue;
      const { dtype, shape, data_offsets } = v.parse(entrySchema, given);
      const [start, end] = data_offsets;
      const count = shape.reduce((product, side) => product * side, 1);
      if (end - start !== count * bytesOf[dtype] || end > values.length)
        throw new RangeError(`the array ${name} is not as long as its shape says`);
      arrays.set(name, { shape, data: numbersOf(values.subarray(start, end), dtype) });
    }
    return arrays;
  } catch (error) {
    throw damaged(file, (error as Error).message, next);
  }
}

function readBytes(file: string, next: string): Buffer {
  try {
    return fs.readFileSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw problem({
      where: shownPath(file),
      expected: 'a file of weights (.safetensors)',
      found: code === 'ENOENT' ? 'no such file' : `the error ${code}`,
      next,
    });
  }
}

function damaged(file: string, why: string, next: string): LittleDataError {
  return problem({
    where: shownPath(file),
    expected: 'a file of weights (.safetensors)',
    found: `another or a damaged file (${why})`,
    next,
  });
}

function numbersOf(bytes: Buffer, dtype: 'F16' | 'F32'): Float32Array {
  // A copy: the bytes may lie at any place, and typed arrays only at multiples of their size.
  const own = Uint8Array.from(bytes).buffer;
  if (dtype === 'F32') return new Float32Array(own);
  return Float32Array.from(new Uint16Array(own), fromHalf);
}

/** Numbers as 16 bits. */

/**
 * The float16 (IEEE 754 binary16) that is nearest to each number, of two equally near ones the even one, as its bits.
 *
 * @param values float32; from 65,520 on they become infinity.
 * @returns uint16 of the same length. `fromHalf` gives the numbers back.
 */
export function toHalf(values: Float32Array): Uint16Array {
  const halves = new Uint16Array(values.length);
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const sum = new Float32Array(1);
  const sumBits = new Uint32Array(sum.buffer);
  for (let i = 0; i < values.length; i++) {
    const sign = (bits[i]! >>> 16) & 0x8000;
    const size = bits[i]! & 0x7fffffff;
    if (size > infinity) halves[i] = sign | 0x7e00;
    else if (size >= tooLarge) halves[i] = sign | 0x7c00;
    else if (size >= normal)
      // Half of what is cut off, less one where the last bit that stays is even.
      halves[i] = sign | ((size - exponents + 0xfff + ((size >>> 13) & 1)) >>> 13);
    else {
      // The last bit of a float32 at 0.5 counts 2^-24, as that of a subnormal float16: the addition rounds.
      sum[0] = Math.abs(values[i]!) + 0.5;
      halves[i] = sign | (sumBits[0]! - half);
    }
  }
  return halves;
}

/** Float32 bits of infinity, of the first number that becomes infinity, of the least normal float16, and of 0.5. */
const [infinity, tooLarge, normal, half] = [0x7f800000, 0x477ff000, 0x38800000, 0x3f000000];
/** How much larger float32's exponents are, in place. */
const exponents = (127 - 15) << 23;

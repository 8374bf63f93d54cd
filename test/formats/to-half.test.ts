import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { fromHalf } from '../../src/formats/from-half';
import { toHalf } from '../../src/formats/to-half';

const sha256 = (halves: Uint16Array) =>
  createHash('sha256').update(new Uint8Array(halves.buffer)).digest('hex');

/** All float16 numbers from 0 up to 65,504, the largest. */
const halves = Uint16Array.from({ length: 0x7c00 }, (_, bits) => bits);

test('toHalf() gives back each float16 number, of either sign, and infinity', () => {
  const all = Uint16Array.from({ length: 2 ** 16 }, (_, bits) => bits).filter(
    (bits) => !Number.isNaN(fromHalf(bits)),
  );
  assert.equal(all.length, 2 ** 16 - 2 * 1023);
  assert.deepEqual(toHalf(Float32Array.from(all, fromHalf)), all);
  assert(Number.isNaN(fromHalf(toHalf(Float32Array.of(Number.NaN))[0]!)));
});

test('toHalf() rounds as NumPy 2.4.6 does, float32 of every size', () => {
  const bits = Uint32Array.from({ length: 2 ** 16 }, (_, i) => i * 65537);
  const numbers = new Float32Array(bits.buffer).filter((value) => !Number.isNaN(value));
  assert.equal(sha256(toHalf(numbers)), '673d235886a23e91855239c999839a8b24e5b04dd393406b24ace2fba47d37c0');
});

test('toHalf() rounds as NumPy 2.4.6 does between two float16, and right beside it', () => {
  const middles = Float32Array.from(halves.subarray(1), (bits, i) => (fromHalf(i) + fromHalf(bits)) / 2);
  const beside = (step: number) => {
    const moved = middles.slice();
    const bits = new Uint32Array(moved.buffer);
    for (const i of bits.keys()) bits[i]! += step;
    return moved;
  };
  const numbers = [middles, beside(-1), beside(1)].flatMap((part) => Array.from(part));
  assert.equal(
    sha256(toHalf(Float32Array.from(numbers))),
    '03feba1a5616adb80747407aff58342407a5dd423253791921580d77c0d01919',
  );
});

test('toHalf() rounds from 65,520 on to infinity', () => {
  assert.deepEqual(Array.from(toHalf(Float32Array.of(65519.99, 65520, -1e9)), fromHalf), [
    65504,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ]);
});

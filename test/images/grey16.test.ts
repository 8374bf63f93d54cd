import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodePhoto } from '../../src/images/decode-photo';
import { grey16ToRgb } from '../../src/images/grey16';
import { tiffOf } from './tiffs';

const tripled = (values: number[]) => values.flatMap((value) => [value, value, value]);

test('grey16ToRgb() takes the upper 8 of 16 bits, values of 8 bits as they are, and nothing in between', () => {
  assert.deepEqual([...grey16ToRgb(Uint16Array.of(0, 255, 256, 65535))], tripled([0, 0, 1, 255]));
  assert.deepEqual([...grey16ToRgb(Uint16Array.of(0, 7, 255))], tripled([0, 7, 255]));
  assert.throws(() => grey16ToRgb(Uint16Array.of(0, 4095)), { name: 'Unusable', message: /12 bits/ });
  assert.throws(() => grey16ToRgb(Uint16Array.of(256)), /9 bits/);
});

test('a 16-bit grey TIFF that holds 0 to 255 is not black', async () => {
  // Pillow: Image.open(...).convert('RGB') gives these values too.
  const values = [0, 50, 100, 255];
  const data = new Uint8Array(Uint16Array.from(values).buffer);
  const picture = await decodePhoto(tiffOf({ width: 2, height: 2, bits: 16, data }));
  assert.deepEqual([...picture.data], tripled(values));
});

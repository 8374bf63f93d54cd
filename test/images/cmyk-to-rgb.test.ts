import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cmykToRgb } from '../../src/images/cmyk-to-rgb';

test('cmykToRgb() gives what Pillow gives', () => {
  // Source: Pillow 13, Image.new('CMYK', ...).convert('RGB').
  const cmyk = [10, 20, 30, 40, 255, 0, 128, 0, 7, 77, 177, 200, 0, 0, 0, 255, 99, 3, 250, 17];
  const rgb = [207, 198, 190, 0, 255, 127, 53, 38, 17, 0, 0, 0, 146, 235, 5];
  assert.deepEqual([...cmykToRgb(Uint8Array.from(cmyk))], rgb);
});

import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import zlib from 'node:zlib';
import { readH5 } from '../../src/formats/h5';
import { loadHead } from '../../src/head/load-head';

const made: Record<string, string> = JSON.parse(
  fs.readFileSync(path.join(__dirname, '..', 'fixtures', 'h5.json'), 'utf8'),
);
let file: string;
before(() => {
  file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'little-data-h5-')), 'x.h5');
});
after(() => fs.rmSync(path.dirname(file), { recursive: true }));

/** Writes the file that `fixtures/make-h5.py` made under this name. */
function put(name: string): string {
  fs.writeFileSync(file, zlib.inflateSync(Buffer.from(made[name]!, 'base64')));
  return file;
}

describe('readH5() refuses what leads out of the file, by name', () => {
  const elsewhere = /x\.h5: expected .*, found data that lies in another file, \/etc\/passwd\. Save/;
  const cases: Record<string, RegExp> = {
    external_storage: elsewhere,
    external_link: elsewhere,
    external_group: elsewhere,
    external_vars: elsewhere,
    external_by_soft_link: elsewhere,
    external_link_to_itself: /found a link to another file, x\.h5, at \/dense\/dense\/kernel:0\./,
    virtual_of_another: /found a virtual dataset of \/etc\/passwd, at \/dense\/dense\/kernel:0\./,
    virtual_of_itself: /found a virtual dataset of \., at \/dense\/dense\/kernel:0\./,
  };
  for (const [name, message] of Object.entries(cases))
    test(name, () => assert.rejects(readH5(put(name)), { name: 'LittleDataError', message }));

  test('so no other file becomes the weights of a head', () =>
    assert.rejects(loadHead(put('external_storage')), { name: 'LittleDataError', message: elsewhere }));
});

describe('readH5() refuses, before a value is read', () => {
  const cases: Record<string, RegExp> = {
    shape_beyond_the_file: /found 3664 bytes that declare 4294967296 bytes of values at \/dense/,
    shape_beyond_numbers: /found 3664 bytes that declare 46116860184273\d+ bytes of values/,
    chunks_beyond_the_ratio: /found 3664 bytes that declare 1073741824 bytes of values/,
    chunk_beyond_the_shape: /found 3664 bytes that declare 1073741824 bytes of values/,
    deflated_twice: /found the filter deflate at \/dense/,
    halves: /found float16 numbers at \/dense/,
    lzf: /found the filter lzf at \/dense/,
    texts: /found no numbers of 4 or 8 bytes at \/dense/,
  };
  for (const [name, message] of Object.entries(cases))
    test(name, () => assert.rejects(readH5(put(name)), { name: 'LittleDataError', message }));
});

describe('readH5() reads', () => {
  for (const name of ['soft_link', 'filtered', 'big_endian_doubles'])
    test(name, async () => {
      const { layers } = await readH5(put(name));
      const data = Float32Array.from({ length: 12 }, (_, i) => i);
      const weight = { name: 'dense/kernel:0', shape: [3, 4], data };
      assert.deepEqual(layers, [{ name: 'dense', weights: [weight] }]);
    });
});

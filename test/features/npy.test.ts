import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, afterEach, beforeEach, describe, test } from 'node:test';
import { np } from '../../src/features/np';
import { npyHeader } from '../../src/features/npy';
import { tf } from '../../src/tensorflow';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'little-data-npy-'));
const file = path.join(folder, 'x.npy');
after(() => fs.rmSync(folder, { recursive: true }));

let tensors: number;
beforeEach(() => {
  fs.rmSync(file, { force: true });
  tensors = tf.memory().numTensors;
});
afterEach(() => assert.equal(tf.memory().numTensors, tensors));

const grid = [
  [1.5, -2, 3],
  [4, 5, 6.25],
];

/** What NumPy 2.4 writes: the dictionary (padded to 64 bytes with what stands before it), then the values. */
function numpyFile(dictionary: string, values: string, version = 1): Buffer {
  const start = version === 1 ? 10 : 12;
  const text = `${dictionary.padEnd(127 - start)}\n`;
  const head = Buffer.alloc(start);
  head.write('\x93NUMPY', 'latin1');
  head[6] = version;
  if (version === 1) head.writeUInt16LE(text.length, 8);
  else head.writeUInt32LE(text.length, 8);
  return Buffer.concat([head, Buffer.from(text, 'latin1'), Buffer.from(values, 'base64')]);
}
const dictionary = (descr: string, shape: string, fortran = 'False') =>
  `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': ${shape}, }`;

/** np.array([[1.5, -2, 3], [4, 5, 6.25]], '<f4') */
const gridBytes = 'AADAPwAAAMAAAEBAAACAQAAAoEAAAMhA';
const gridFile = numpyFile(dictionary('<f4', '(2, 3)'), gridBytes);

function loaded(bytes: Buffer) {
  fs.writeFileSync(file, bytes);
  const tensor = np.load(file);
  const result = { shape: tensor.shape, dtype: tensor.dtype, values: tensor.arraySync() };
  tensor.dispose();
  return result;
}

/** Saves, and frees the tensor. */
function save(tensor: ReturnType<typeof tf.tensor>): void {
  np.save(file, tensor);
  tensor.dispose();
}

describe('np.load()', () => {
  const expected = { shape: [2, 3], dtype: 'float32', values: grid };

  test("reads NumPy's versions 1.0, 2.0 and 3.0", () => {
    for (const version of [1, 2, 3])
      assert.deepEqual(loaded(numpyFile(dictionary('<f4', '(2, 3)'), gridBytes, version)), expected);
  });

  test('reads Fortran order', () => {
    const columns = 'AADAPwAAgEAAAADAAACgQAAAQEAAAMhA';
    assert.deepEqual(loaded(numpyFile(dictionary('<f4', '(2, 3)', 'True'), columns)), expected);
  });

  test('narrows float64', () => {
    const wide = 'AAAAAAAA+D8AAAAAAAAAwAAAAAAAAAhAAAAAAAAAEEAAAAAAAAAUQAAAAAAAABlA';
    assert.deepEqual(loaded(numpyFile(dictionary('<f8', '(2, 3)'), wide)), expected);
  });

  test('reads integers and truth values', () => {
    const int64 = numpyFile(dictionary('<i8', '(3,)'), '//////////8AAAAAAAAAAP///38AAAAA');
    assert.deepEqual(loaded(int64), { shape: [3], dtype: 'int32', values: [-1, 0, 2 ** 31 - 1] });
    const uint8 = numpyFile(dictionary('|u1', '(1, 2)'), 'AP8=');
    assert.deepEqual(loaded(uint8), { shape: [1, 2], dtype: 'int32', values: [[0, 255]] });
    const bool = numpyFile(dictionary('|b1', '(2,)'), 'AQA=');
    assert.deepEqual(loaded(bool), { shape: [2], dtype: 'bool', values: [1, 0] });
  });

  test('reads a scalar and an array without rows', () => {
    assert.deepEqual(loaded(numpyFile(dictionary('<f4', '()'), 'AAAgQA==')), {
      shape: [],
      dtype: 'float32',
      values: 2.5,
    });
    assert.deepEqual(loaded(numpyFile(dictionary('<f4', '(0, 3)'), '')).shape, [0, 3]);
  });

  test('says what is wrong with a file', () => {
    const wrong: [Buffer, RegExp][] = [
      [Buffer.alloc(0), /expected a file that NumPy's `np\.save`.*, found other content\./],
      [Buffer.from('PK\x03\x04 this is a zip'), /found other content\./],
      [gridFile.subarray(0, 40), /found .*\. /],
      [
        gridFile.subarray(0, -1),
        /expected 24 bytes of values for the shape \[2, 3\], found 23\. The file is cut/,
      ],
      [Buffer.concat([gridFile, Buffer.alloc(1)]), /found 25\./],
      [numpyFile(dictionary('>f4', '(2, 3)'), gridBytes), /found the type >f4\. Save it in NumPy as/],
      [numpyFile(dictionary('<f2', '(12,)'), gridBytes), /found the type <f2\./],
      [numpyFile(`{'descr': [('a', '<f4')], 'shape': (6,), }`, gridBytes), /found the header/],
      [
        numpyFile(dictionary('<i8', '(1,)'), 'AAAAAAABAAA='),
        /expected integers of 32 bits, found 1099511627776\./,
      ],
    ];
    for (const [bytes, message] of wrong)
      assert.throws(() => loaded(bytes), { name: 'LittleDataError', message });
    fs.rmSync(file);
    assert.throws(() => np.load(file), /x\.npy: expected a \.npy file, found no such file\. Run the cell/);
  });
});

describe('np.save()', () => {
  test("writes NumPy's bytes", () => {
    save(tf.tensor(grid));
    assert.deepEqual(fs.readFileSync(file), gridFile);
    save(tf.tensor([true, false], [2], 'bool'));
    assert.deepEqual(fs.readFileSync(file), numpyFile(dictionary('|b1', '(2,)'), 'AQA='));
    assert.deepEqual(fs.readdirSync(folder), ['x.npy']);
  });

  test('writes what np.load reads', () => {
    for (const [values, shape, dtype] of [
      [[1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 2, 2], 'float32'],
      [[-1, 2 ** 31 - 1], [2, 1], 'int32'],
      [[2.5], [], 'float32'],
      [[], [0, 4], 'float32'],
    ] as const) {
      save(tf.tensor([...values], [...shape], dtype));
      const tensor = np.load(file);
      assert.deepEqual(
        [tensor.shape, tensor.dtype, [...tensor.dataSync()]],
        [[...shape], dtype, [...values]],
      );
      tensor.dispose();
    }
  });

  test('refuses text, and leaves the file that was there', () => {
    save(tf.tensor(grid));
    const text = tf.tensor(['a']);
    assert.throws(
      () => np.save(file, text),
      /expected a tensor of float32, int32 or bool, found one of string\. Cast/,
    );
    text.dispose();
    assert.deepEqual(fs.readFileSync(file), gridFile);
  });

  const python = process.env.LITTLE_DATA_KERAS_PYTHON;
  test('is read by NumPy, and reads what NumPy writes', {
    skip: python ? false : 'LITTLE_DATA_KERAS_PYTHON names no Python with NumPy',
  }, () => {
    save(tf.tensor(grid));
    const code = `
import sys, numpy as np
a = np.load(sys.argv[1])
print(a.dtype, a.shape, a.tolist())
np.save(sys.argv[1], np.asfortranarray(a.astype('f8') * 2))`;
    const said = execFileSync(python!, ['-c', code, file], { encoding: 'utf8' });
    assert.equal(said, 'float32 (2, 3) [[1.5, -2.0, 3.0], [4.0, 5.0, 6.25]]\n');
    assert.deepEqual(loaded(fs.readFileSync(file)).values, [
      [3, -4, 6],
      [8, 10, 12.5],
    ]);
  });
});

test('npyHeader() fills up to 64 bytes, whatever the shape', () => {
  for (const shape of [[], [1], [2000, 4, 4, 512], new Array<number>(30).fill(10)]) {
    const header = npyHeader(shape, '<f4');
    assert.equal(header.length % 64, 0);
    assert.equal(header.at(-1), 10);
    assert.equal(header.readUInt16LE(8), header.length - 10);
  }
});

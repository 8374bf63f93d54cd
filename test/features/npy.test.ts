import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, before, beforeEach, test } from 'node:test';
import { npyHeader, writeNpy } from '../../src/features/npy';
import { readNpy } from '../../src/features/npy-read';
import { NpyWriter } from '../../src/features/npy-writer';
import { tensorflowReady, tf } from '../../src/tensorflow';
import { temporary } from './tiny';

before(tensorflowReady);

interface Stored {
  file: string;
  shape: number[];
  /** In C order; `null` for what is no number. */
  values: number[] | null;
}

/** Written by NumPy: `test/fixtures/make-npy.py`. */
const stored = JSON.parse(
  fs.readFileSync(path.join(__dirname, '..', 'fixtures', 'npy.json'), 'utf8'),
) as Record<string, Stored>;

let dir: string;
let remove: () => void;
beforeEach(() => {
  ({ dir, remove } = temporary());
});
afterEach(() => remove());

function write(bytes: Uint8Array): string {
  const file = path.join(dir, 'a.npy');
  fs.writeFileSync(file, bytes);
  return file;
}

const bytesOf = (name: string) => Buffer.from(stored[name]!.file, 'base64');

const refused: Record<string, RegExp> = {
  'i8 too large': /int32 holds them, found 2147483648 \(type <i8\)/,
  'u8 too large': /found 9223372036854776000 \(type <u8\)/,
  complex: /found the type <c8/,
  text: /found the type <U3/,
  fields: /found the type \[\('a', '<i4'\), \('b', '<f4'\)\]/,
};

for (const [name, { shape, values }] of Object.entries(stored)) {
  const refusal = refused[name];
  if (refusal)
    test(`readNpy() refuses NumPy's ${name}`, () => {
      assert.throws(() => readNpy(write(bytesOf(name))), refusal);
    });
  else
    test(`readNpy() reads NumPy's ${name}`, () => {
      const tensor = readNpy(write(bytesOf(name)));
      assert.deepEqual(tensor.shape, shape);
      assert.equal(tensor.dtype, name.startsWith('f') ? 'float32' : name === 'b1' ? 'bool' : 'int32');
      assert.deepEqual([...tensor.dataSync()], values);
      tensor.dispose();
    });
}

test('readNpy() refuses what is no whole .npy file, and leaves no tensor behind', () => {
  const whole = bytesOf('f4');
  const before = tf.memory().numTensors;
  const cases: [Uint8Array, RegExp][] = [
    [whole.subarray(0, -1), /expected 48 bytes of values for the shape \[2, 3, 2\], found 47/],
    [Buffer.concat([whole, Buffer.alloc(1)]), /found 49/],
    [whole.subarray(0, 100), /a header that is cut off/],
    [whole.subarray(0, 11), /other content/],
    [Buffer.from('PK a zip file, such as an .npz'), /other content/],
    [Buffer.alloc(0), /other content/],
    [Buffer.concat([whole.subarray(0, 6), Buffer.from([9, 0]), whole.subarray(8)]), /version 9/],
  ];
  for (const [bytes, message] of cases) assert.throws(() => readNpy(write(bytes)), message);
  assert.throws(() => readNpy(path.join(dir, 'none.npy')), /no such file/);
  assert.throws(() => readNpy(dir), /a folder or a device/);
  assert.equal(tf.memory().numTensors, before);
});

test('writeNpy() writes what NumPy writes, and what readNpy() reads', () => {
  const tensors = {
    f4: tf.tensor(stored.f4!.values!, [2, 3, 2]),
    i4: tf.tensor(stored.i4!.values!, [2, 3, 2], 'int32'),
    b1: tf.tensor(stored.b1!.values!, [2, 3, 2], 'bool'),
  };
  for (const [name, tensor] of Object.entries(tensors)) {
    const file = path.join(dir, `${name}.npy`);
    writeNpy(file, tensor);
    const expected = bytesOf(name);
    assert.deepEqual(fs.readFileSync(file).subarray(-12), expected.subarray(-12));
    const read = readNpy(file);
    assert.deepEqual(read.dataSync(), tensor.dataSync());
    tf.dispose([tensor, read]);
  }
  assert.throws(() => writeNpy(path.join(dir, 'c.npy'), tf.tensor(['cat'])), /found one of string/);
});

test('npyHeader() is padded to 64 bytes, and to a given length', () => {
  for (const shape of [[], [3], [2000, 4, 4, 512], [123456789, 1000000, 1000000, 1000000]]) {
    const header = npyHeader(shape, '<f4');
    assert.equal(header.length % 64, 0);
    assert.equal(header.readUInt16LE(8), header.length - 10);
    assert.equal(header.at(-1), 10);
  }
  assert.equal(npyHeader([1], '<f4', { length: 192 }).length, 192);
});

test('NpyWriter writes rows in any order, and fewer than there was room for', () => {
  const file = path.join(dir, 'w.npy');
  const writer = new NpyWriter(file, { rowShape: [2], maxRows: 1000 });
  writer.write(1, Float32Array.of(3, 4));
  writer.write(0, Float32Array.of(1, 2));
  assert.equal(fs.existsSync(file), false);
  writer.finish(2);
  writer.close();
  const tensor = readNpy(file);
  assert.deepEqual(tensor.arraySync(), [
    [1, 2],
    [3, 4],
  ]);
  tensor.dispose();
  assert.deepEqual(fs.readdirSync(dir), ['w.npy']);
});

test('NumPy reads what was written', (t) => {
  const python = process.env.LITTLE_DATA_KERAS_PYTHON ?? 'python3';
  const file = path.join(dir, 'n.npy');
  const writer = new NpyWriter(file, { rowShape: [1, 2], maxRows: 5000 });
  writer.write(0, Float32Array.of(0.5, -2));
  writer.finish(1);
  const script = 'import numpy, sys; a = numpy.load(sys.argv[1]); print(a.dtype, a.shape, a.tolist())';
  let text: string;
  try {
    text = execFileSync(python, ['-c', script, file], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } catch (error) {
    if (!/No module named 'numpy'|ENOENT/.test(String(error))) throw error;
    return t.skip('no NumPy; LITTLE_DATA_KERAS_PYTHON can name a Python that has it');
  }
  assert.equal(text.trim(), 'float32 (1, 1, 2) [[[0.5, -2.0]]]');
});

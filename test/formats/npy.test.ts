import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, before, beforeEach, test } from 'node:test';
import { npyHeader, writeNpy } from '../../src/formats/npy';
import { NpyWriter } from '../../src/formats/npy-writer';
import { readNpy } from '../../src/formats/read-npy';
import { tensorflowReady, tf } from '../../src/tensorflow';
import { temporary } from '../features/tiny';
import { needs } from '../fixtures/skip';
import { runNode } from '../run-node';

before(tensorflowReady);

interface Stored {
  file: string;
  shape: number[];
  /** In C order, as text where not finite; `null` for what is no number. */
  values: (number | string)[] | null;
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

const numbers = (name: string) => stored[name]!.values!.map(Number);
const bytesOf = (name: string) => Buffer.from(stored[name]!.file, 'base64');

const refused: Record<string, RegExp> = {
  'i8 too large': /int32 holds them, found 2147483648 \(type i8\)/,
  'u8 too large': /found 9223372036854776000 \(type u8\)/,
  'f8 too large': /expected numbers up to 3\.4e38, .*, found -1e\+39 \(type f8\)\. Scale/,
  complex: /expected numbers of the types f2, .*, found complex numbers \(type <c8\)\. .*`array\.real`/,
  objects: /found Python objects \(type \|O\)\. .*`allow_pickle=True`, if you trust it/,
  dates: /found dates \(type <M8\[D\]\)\. Save them in NumPy as numbers/,
  text: /found text \(type <U3\)\. Pass a file of numbers/,
  fields: /found fields \(type \[\('a', '<i4'\), \('b', '<f4'\)\]\)\. .*save each field on its own/,
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
      assert.deepEqual([...tensor.dataSync()], values!.map(Number));
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

test('readNpy() of uint8 takes little more memory than the int32 that it gives', async (context) => {
  if (process.platform !== 'linux') return context.skip('the peak of memory is read from /proc');
  const size = 1e8;
  const file = path.join(dir, 'bytes.npy');
  fs.writeFileSync(file, npyHeader([size], '|u1'));
  fs.truncateSync(file, fs.statSync(file).size + size);
  const peak = (load: boolean) => {
    const { stdout, stderr } = runNode(`
      const { readNpy } = require('./src/formats/read-npy');
      const { tensorflowReady } = require('./src/tensorflow');
      tensorflowReady().then(() => {
        if (${load}) readNpy(${JSON.stringify(file)});
        console.log(/VmHWM:\\s*(\\d+)/.exec(require('node:fs').readFileSync('/proc/self/status', 'utf8'))[1]);
      });`);
    assert.match(stdout, /^\d+\n$/, stderr);
    return Number(stdout) * 1024;
  };
  const more = peak(true) - peak(false);
  // The tensor takes 400 MB. An array of 64-bit numbers beside it would take another 800 MB.
  assert(more < 600e6, `${more} bytes`);
});

test('writeNpy() writes what NumPy writes, and what readNpy() reads', () => {
  const tensors = {
    f4: tf.tensor(numbers('f4'), [2, 3, 2]),
    i4: tf.tensor(numbers('i4'), [2, 3, 2], 'int32'),
    b1: tf.tensor(numbers('b1'), [2, 3, 2], 'bool'),
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

const numpy = process.env.LITTLE_DATA_KERAS_PYTHON ?? 'python3';
const script = `
import numpy, sys
for file in sys.argv[1:]:
    a = numpy.load(file)
    print(a.dtype, a.shape, a.flags.c_contiguous, a.tolist())`;

test('NumPy reads what was written', (context) => {
  const found = spawnSync(numpy, ['-c', 'import numpy']).status === 0;
  if (!needs(context, found, 'LITTLE_DATA_KERAS_PYTHON names no Python with NumPy')) return;
  const writer = new NpyWriter(path.join(dir, 'rows.npy'), { rowShape: [1, 2], maxRows: 5000 });
  writer.write(0, Float32Array.of(0.5, -2));
  writer.finish(1);
  const tensors = {
    float: tf.tensor3d([1.5, -0, 3e38, Number.NaN, Number.POSITIVE_INFINITY, 1e-45], [1, 2, 3]),
    int: tf.tensor2d([-(2 ** 31), 2 ** 31 - 1], [2, 1], 'int32'),
    bool: tf.tensor1d([true, false], 'bool'),
    scalar: tf.scalar(2.5),
    none: tf.zeros([0, 4]),
    turned: tf.tensor2d([1, 2, 3, 4], [2, 2]).transpose(),
  };
  for (const [name, tensor] of Object.entries(tensors)) writeNpy(path.join(dir, `${name}.npy`), tensor);
  const files = ['rows', ...Object.keys(tensors)].map((name) => path.join(dir, `${name}.npy`));
  assert.deepEqual(
    execFileSync(numpy, ['-c', script, ...files], { encoding: 'utf8' })
      .trim()
      .split('\n'),
    [
      'float32 (1, 1, 2) True [[[0.5, -2.0]]]',
      'float32 (1, 2, 3) True [[[1.5, -0.0, 3.0000000054977558e+38], [nan, inf, 1.401298464324817e-45]]]',
      'int32 (2, 1) True [[-2147483648], [2147483647]]',
      'bool (2,) True [True, False]',
      'float32 () True 2.5',
      'float32 (0, 4) True []',
      'float32 (2, 2) True [[1.0, 3.0], [2.0, 4.0]]',
    ],
  );
});

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, beforeEach, describe, test } from 'node:test';
import { type H5Weights, readH5, writeH5 } from '../../src/formats/h5';
import { smallDisk } from '../files/small-disk';
import { runNode } from '../run-node';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'little-data-h5-'));
const file = path.join(folder, 'x.h5');
after(() => fs.rmSync(folder, { recursive: true }));
beforeEach(() => {
  for (const name of fs.readdirSync(folder)) fs.rmSync(path.join(folder, name), { recursive: true });
});

/** Weights as Keras 2 (`dense/kernel:0`) and Keras 3 (`sequential/dense_1/kernel`) name them. */
const weights: H5Weights = {
  layers: [
    {
      name: 'dense',
      weights: [
        { name: 'dense/kernel:0', shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6.5) },
        { name: 'dense/bias:0', shape: [3], data: Float32Array.of(0, -1, 0.25) },
      ],
    },
    {
      name: 'dense_1',
      weights: [{ name: 'sequential/dense_1/kernel', shape: [3, 1], data: Float32Array.of(7, 8, 9) }],
    },
  ],
  attributes: { backend: 'tensorflow', note: 'Köter & Kater' },
};

/** The same layer with another number of values than its shape says. */
const unfitting: H5Weights = {
  layers: [{ name: 'dense', weights: [{ name: 'kernel', shape: [2, 2], data: Float32Array.of(1) }] }],
  attributes: {},
};

describe('writeH5() and readH5()', () => {
  test('give back names, shapes, values, attributes', async () => {
    await writeH5(file, weights);
    assert.deepEqual(await readH5(file), weights);
    assert.deepEqual(fs.readdirSync(folder), ['x.h5']);
  });

  test('leave out layers without weights, as a reader does not need them', async () => {
    await writeH5(file, { ...weights, layers: [{ name: 'flatten', weights: [] }, ...weights.layers] });
    assert.deepEqual((await readH5(file)).layers, weights.layers);
  });

  test('keep the file that was there when the new one can not be written', async () => {
    await writeH5(file, weights);
    const before = fs.readFileSync(file);
    await assert.rejects(writeH5(file, unfitting));
    assert.deepEqual(fs.readFileSync(file), before);
    assert.deepEqual(fs.readdirSync(folder), ['x.h5']);
  });

  test('leave nothing behind where there was no file', async () => {
    await assert.rejects(writeH5(path.join(folder, 'y.h5'), unfitting));
    fs.mkdirSync(file);
    await assert.rejects(writeH5(file, weights));
    assert.deepEqual(fs.readdirSync(folder), ['x.h5']);
  });

  test('say that the disk is full, print nothing, and keep the file that was there', async (context) => {
    const disk = smallDisk(folder, '64k');
    if (!disk) return context.skip('a small disk cannot be mounted here');
    try {
      const place = path.join(disk.path, 'x.h5');
      await writeH5(place, weights);
      const before = fs.readFileSync(place);
      const { stdout, stderr } = runNode(`
        const data = new Float32Array(20_000);
        const layers = [{ name: 'd', weights: [{ name: 'k', shape: [data.length], data }] }];
        require('./src/formats/h5').writeH5(${JSON.stringify(place)}, { layers, attributes: {} })
          .catch(({ message }) => console.log(message));`);
      assert.match(stdout, /disk is full.*x\.h5/);
      assert.doesNotMatch(stdout + stderr, /HDF5-DIAG/);
      assert.deepEqual(fs.readFileSync(place), before);
      assert.deepEqual(fs.readdirSync(disk.path), ['x.h5']);
    } finally {
      disk.remove();
    }
  });

  test('make the folder', async () => {
    const deep = path.join(folder, 'a', 'b', 'x.h5');
    await writeH5(deep, weights);
    assert.deepEqual(await readH5(deep), weights);
  });

  const python = process.env.LITTLE_DATA_KERAS_PYTHON;
  test('agree with h5py', {
    skip: python ? false : 'LITTLE_DATA_KERAS_PYTHON names no Python with h5py',
  }, async () => {
    await writeH5(file, weights);
    const code = `
import sys, h5py
with h5py.File(sys.argv[1], 'r+') as f:
    for layer in f.attrs['layer_names']:
        g = f[layer.decode()]
        for name in g.attrs['weight_names']:
            print(layer.decode(), name.decode(), g[name.decode()].dtype, g[name.decode()][()].tolist())
    del f['dense/dense/bias:0']
    f['dense'].create_dataset('dense/bias:0', data=[1.5, 2.5, 3.5], dtype='<f8')`;
    assert.deepEqual(
      execFileSync(python!, ['-c', code, file], { encoding: 'utf8' }).split('\n').slice(0, 3),
      [
        'dense dense/kernel:0 float32 [[1.0, 2.0, 3.0], [4.0, 5.0, 6.5]]',
        'dense dense/bias:0 float32 [0.0, -1.0, 0.25]',
        'dense_1 sequential/dense_1/kernel float32 [[7.0], [8.0], [9.0]]',
      ],
    );
    assert.deepEqual((await readH5(file)).layers[0]!.weights[1]!.data, Float32Array.of(1.5, 2.5, 3.5));
  });
});

describe('readH5()', () => {
  const rejects = (message: RegExp) => assert.rejects(readH5(file), { name: 'LittleDataError', message });

  test('says that a file is missing', async () => {
    await rejects(/x\.h5: expected a weights file that Keras saved \(\.h5\), found no such file\. Correct/);
  });

  test('says that a file is no HDF5, or cut off', async () => {
    fs.writeFileSync(file, 'not found');
    await rejects(
      /expected HDF5 weights in Keras' layout .*, found 9 bytes that are no HDF5 file, or not the whole/,
    );
    await writeH5(file, weights);
    fs.truncateSync(file, 1000);
    await rejects(/found 1000 bytes that are no HDF5 file, or .*\. Save the weights/);
  });

  test('says that a path is a folder', async () => {
    fs.mkdirSync(file);
    await rejects(/x\.h5: expected a weights file that Keras saved \(\.h5\), found a folder\./);
  });

  test('says so of a zip archive, and no line of the HDF5 library comes with it', () => {
    for (const [content, found] of [
      ['PK\x03\x04 model.weights.h5', /found a zip archive, as Keras 3 writes/],
      ['not found', /found 9 bytes that are no HDF5 file/],
      ['', /found 0 bytes that are no HDF5 file/],
    ] as const) {
      fs.writeFileSync(file, content);
      const { stdout, stderr } = runNode(`
        require('./src/formats/h5').readH5(${JSON.stringify(file)}).catch(({ message }) => console.log(message));`);
      assert.match(stdout, found);
      assert.doesNotMatch(stdout + stderr, /HDF5-DIAG/);
    }
  });

  test("says that a file has another layout than Keras'", async () => {
    const h5 = await import('h5wasm/node');
    await h5.ready;
    const write = (fill: (opened: InstanceType<typeof h5.File>) => void) => {
      const opened = new h5.File(file, 'w');
      fill(opened);
      opened.close();
    };
    write((opened) => opened.create_dataset({ name: 'photos', data: new Float32Array(2) }));
    await rejects(/found the entries photos\./);
    write((opened) => opened.create_attribute('layer_names', ['dense'], [1], 'S5'));
    await rejects(/found no group for the layer dense\./);
    write((opened) => {
      opened.create_attribute('layer_names', ['dense'], [1], 'S5');
      opened.create_group('dense');
    });
    await rejects(/no list of the weights of the layer dense/);
    write((opened) => {
      opened.create_attribute('layer_names', ['dense'], [1], 'S5');
      opened.create_group('dense').create_attribute('weight_names', ['kernel'], [1], 'S6');
    });
    await rejects(/found no data for dense\/kernel\./);
  });

  test('leaves the file as it was', async () => {
    await writeH5(file, weights);
    const before = fs.readFileSync(file);
    fs.chmodSync(file, 0o444);
    await readH5(file);
    assert.deepEqual(fs.readFileSync(file), before);
  });
});

import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { inflateSync } from 'node:zlib';
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import { LittleDataError } from '../../src/check';
import { np } from '../../src/features/np';
import { readH5, writeH5 } from '../../src/formats/h5';
import { buildHead } from '../../src/head/build-head';
import { headMetadata, setHeadMetadata } from '../../src/head/head-metadata';
import { loadHead } from '../../src/head/load-head';
import { saveHead } from '../../src/head/save-head';
import { VGG16 } from '../../src/networks/vgg16';
import { tf } from '../../src/tensorflow';
import { malformed } from '../fixtures/malformed';
import { fromFolders, learnable, near } from './data';
import { keras, withoutKeras } from './keras';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'little-data-save-'));
after(() => fs.rmSync(folder, { recursive: true }));
const file = path.join(folder, 'head.h5');
const { features, labels } = learnable({ rows: 6 });
const newHead = (options = {}) => buildHead({ inputShape: [2, 2, 4], seed: 1, units: 8, ...options });
const predictions = (head: LayersModel, x: Tensor) => (head.predict(x) as Tensor).dataSync();

describe('saveHead() and loadHead()', () => {
  for (const classes of [2, 3, 7]) {
    test(`give a head of ${classes} classes back: answers, classes, recipe, dropout`, async () => {
      const classNames = Array.from({ length: classes }, (_, i) => `kind ${i} ü`);
      const head = newHead({ classes, dropout: 0.25 });
      const { recipe, classIndices } = fromFolders(features.clone(), labels, { classNames });
      setHeadMetadata(head, { recipe, classIndices });
      await saveHead(head, file);
      const loaded = await loadHead(file);
      assert.deepEqual(predictions(loaded, features), predictions(head, features));
      assert.deepEqual(headMetadata(loaded), { classIndices, recipe });
      assert.equal(loaded.layers.find((layer) => layer.name === 'dropout')!.getConfig().rate, 0.25);
      await saveHead(loaded, file);
      assert.deepEqual(headMetadata(await loadHead(file)), headMetadata(loaded));
    });
  }

  test('refuse a head whose classes are not as many as its names', async () => {
    const head = newHead({ classes: 3 });
    setHeadMetadata(head, fromFolders(features.clone(), labels));
    await assert.rejects(
      saveHead(head, file),
      /the head: expected names for the labels 0 to 2 .* found 0 'cats', 1 'dogs'/,
    );
    await saveHead(newHead(), file);
    const { layers, attributes } = await readH5(file);
    const write = (little_data: string) =>
      writeH5(file, { layers, attributes: { ...attributes, little_data } });
    await write(JSON.stringify({ classIndices: { a: 0, b: 1, c: 2 } }));
    await assert.rejects(loadHead(file), /head\.h5: expected names for the labels 0 to 1/);
    await write('no JSON');
    await assert.rejects(loadHead(file), /the attribute `little_data` of .* found text that is not JSON/);
  });

  test('refuse malformed metadata, and name the file', async () => {
    const head = newHead();
    setHeadMetadata(head, fromFolders(features.clone(), labels));
    await saveHead(head, file);
    const { layers, attributes } = await readH5(file);
    for (const text of malformed(attributes.little_data!).filter((_, i) => i % 40 === 1)) {
      await writeH5(file, { layers, attributes: { ...attributes, little_data: text } });
      const loaded = await loadHead(file).catch((error: Error) => error);
      if (!(loaded instanceof Error)) continue;
      assert(loaded instanceof LittleDataError, `${text}: ${loaded.stack}`);
      assert(loaded.message.includes('head.h5'), loaded.message);
    }
  });

  test('write over no file that is no .h5 file, such as a photo', async () => {
    const photo = path.join(folder, 'rex.jpg');
    fs.writeFileSync(photo, 'a photo');
    await assert.rejects(saveHead(newHead(), photo), /rex\.jpg: expected no file, or an earlier \.h5 file/);
    assert.equal(fs.readFileSync(photo, 'utf8'), 'a photo');
  });

  test('compare with the features that the head is for', async () => {
    const head = newHead();
    const own = features.clone();
    setHeadMetadata(head, fromFolders(own, labels));
    await saveHead(head, file);
    await loadHead(file, { features: own });
    await assert.rejects(
      loadHead(file, { features: tf.zeros([1, 4, 4, 4]) }),
      /expected a head for features \[n, 4, 4, 4\], found one for \[n, 2, 2, 4\] \(targetSize \[64, 64\]\)/,
    );
    fromFolders(own, labels, { recipe: { model: 'b'.repeat(64) } });
    await assert.rejects(
      loadHead(file, { features: own }),
      /the network \(SHA-256\) .* "a{64}", found "b{64}"/,
    );
  });

  test('refuse weights of another model by the layer', async () => {
    const weights = [{ name: 'kernel', shape: [1], data: Float32Array.of(1) }];
    await writeH5(file, { layers: [{ name: 'scale', weights }], attributes: {} });
    await assert.rejects(loadHead(file, { model: newHead() }), /dense \[16, 8\] \+ \[8\], found scale \[1\]/);
  });

  test('leave no tensor', async () => {
    const before = tf.memory().numTensors;
    const head = newHead();
    await saveHead(head, file);
    (await loadHead(file)).dispose();
    head.dispose();
    assert.equal(tf.memory().numTensors, before);
  });
});

/** Written by Keras 2: `test/fixtures/make-keras2.py`. */
const keras2 = JSON.parse(
  fs.readFileSync(path.join(__dirname, '..', 'fixtures', 'keras2.json'), 'utf8'),
) as Record<string, { files: Record<string, string>; x: number[]; y: number[] }>;

describe("Keras 2's own files", () => {
  for (const classes of [2, 3])
    test(`loadHead() answers as Keras 2 does, ${classes} classes`, async () => {
      const { files, x, y } = keras2[classes]!;
      for (const [name, deflated] of Object.entries(files)) {
        const saved = path.join(folder, name);
        fs.writeFileSync(saved, inflateSync(Buffer.from(deflated, 'base64')));
        const head = await loadHead(saved, name === 'whole.h5' ? {} : { model: newHead({ classes }) });
        // The same float32 sums in another order.
        near(predictions(head, tf.tensor(x, [6, 2, 2, 4])), Float32Array.from(y), 1e-5);
      }
    });
});

describe("Keras' files", { skip: withoutKeras }, () => {
  for (const classes of [2, 3]) {
    test(`Keras answers as this head does after load_weights, ${classes} classes`, async () => {
      const head = newHead({ classes });
      await saveHead(head, file);
      np.save(path.join(folder, 'x.npy'), features);
      keras('predict', folder, classes);
      // The same float32 sums in another order.
      near(predictions(head, features), np.load(path.join(folder, 'y.npy')).dataSync(), 1e-5);
    });

    test(`loadHead() reads .h5 and .weights.h5 of Keras 3, ${classes} classes`, async () => {
      keras('save', folder, classes);
      const [x, y] = ['x', 'y'].map((name) => np.load(path.join(folder, `${name}.npy`)));
      for (const name of ['keras.h5', 'keras.weights.h5']) {
        const options = name === 'keras.h5' ? {} : { model: newHead({ classes }) };
        const head = await loadHead(path.join(folder, name), options);
        near(predictions(head, x!), y!.dataSync(), 1e-5);
      }
    });

    // No Keras 2 is installed here: h5py writes what its versions wrote, and Keras 3 reads each file as the same head.
    test(`loadHead() reads the layouts of Keras 2.0 to 2.15, ${classes} classes`, async () => {
      keras('save2', folder, classes);
      const [x, y] = ['x', 'y'].map((name) => np.load(path.join(folder, `${name}.npy`)));
      for (const name of ['2.h5', 'cut.h5', 'session.h5', 'whole.h5', 'numbered.weights.h5']) {
        // Keras 2.2 wrote a config of the fewest keys.
        const options = { model: newHead({ classes }) };
        const head = await loadHead(path.join(folder, name), options);
        near(predictions(head, x!), y!.dataSync(), 1e-5);
        assert.equal(headMetadata(head).classIndices, undefined);
      }
    });
  }

  test('loadHead() names the way out of a .keras archive', async () => {
    keras('save', folder);
    await assert.rejects(
      loadHead(path.join(folder, 'keras.keras')),
      /keras\.keras: expected an HDF5 file of weights \(\.h5 or \.weights\.h5\), found a zip archive, .* In Keras: `keras\.models\.load_model\('name\.keras'\)\.save_weights\('name\.weights\.h5'\)`/,
    );
  });

  test('VGG16() reads .h5 and .weights.h5 of Keras 3, and the layouts of Keras 2', async () => {
    keras('vgg16', folder);
    const [x, y] = ['x', 'y'].map((name) => np.load(path.join(folder, `${name}.npy`)));
    const newer = ['vgg16.weights.h5', 'vgg16.h5'];
    for (const name of [...newer, 'vgg16-2.h5', 'vgg16-2-whole.h5', 'vgg16-2.weights.h5']) {
      const model = await VGG16({ weights: path.join(folder, name) });
      near(predictions(model, x!), y!.dataSync(), 1e-5);
      model.dispose();
    }
  });

  test('VGG16() names the way out of a .keras archive', async () => {
    keras('save', folder);
    await assert.rejects(
      VGG16({ weights: path.join(folder, 'keras.keras') }),
      /keras\.keras: expected an HDF5 file of weights .*`keras\.models\.load_model\('name\.keras'\)/,
    );
  });
});

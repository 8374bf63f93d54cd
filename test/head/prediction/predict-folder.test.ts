import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import { pngOf } from '../../fixtures/pictures';
import { printed } from '../../notebook/fake-kernel';
import { coloured, flow, near, smallBase, thrown } from '../data';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'little-data-predict-'));
process.env.LITTLE_DATA_DIR = path.join(folder, 'data');
const { applications, buildHead, ImageDataGenerator, predictFolder, predictGenerator, predictPhoto } =
  require('../../../src') as typeof import('../../../src');
const { saveHead, trainHead } = require('../../../src') as typeof import('../../../src');
const { tf } = require('../../../src/tensorflow') as typeof import('../../../src/tensorflow');
after(() => fs.rmSync(folder, { recursive: true }));

const base = smallBase();
const quiet = { verbose: 0 };

/** A head that was trained on a folder of coloured pictures. */
async function trainedOn(dir: string): Promise<{ head: LayersModel; features: Tensor; filenames: string[] }> {
  const generator = flow(dir);
  const features = await predictGenerator(base, generator, quiet);
  const { model } = await trainHead(features, generator.classes, { seed: 1, epochs: 3, verbose: 0 });
  return { head: model, features, filenames: generator.filenames };
}

for (const classNames of [
  ['blue', 'red'],
  ['blue', 'green', 'red'],
]) {
  describe(`predictFolder() and predictPhoto() with ${classNames.length} classes`, () => {
    const dir = path.join(folder, `photos-${classNames.length}`);
    let trained: Awaited<ReturnType<typeof trainedOn>>;
    let expected: number[][];
    before(async () => {
      trained = await trainedOn(coloured(dir, { classNames }));
      const output = (trained.head.predict(trained.features) as Tensor).arraySync() as number[][];
      expected = output.map((row) => (row.length === 1 ? [1 - row[0]!, row[0]!] : row));
    });

    test('answer as the batch does, photo by photo', async () => {
      const answers = await predictFolder(dir, { head: trained.head, base, batchSize: 5, ...quiet });
      assert.deepEqual(
        answers.map(({ photo }) => photo),
        trained.filenames.map((name) => path.join(dir, name)),
      );
      for (const [row, { photo, className, probability, probabilities }] of answers.entries()) {
        assert.deepEqual(Object.keys(probabilities), classNames);
        // Batches of other sizes may sum in another order.
        near(Object.values(probabilities), expected[row]!, 1e-5);
        assert.equal(probability, Math.max(...Object.values(probabilities)));
        assert.equal(probabilities[className], probability);
        const single = await predictPhoto(photo, { head: trained.head, base });
        near(Object.values(single.probabilities), expected[row]!, 1e-5);
        assert.equal(single.photo, photo);
      }
    });

    test('find the preprocessing in the file of the head', async () => {
      const file = path.join(folder, 'head.h5');
      await saveHead(trained.head, file);
      const [whole, loaded] = [trained.head, file];
      assert.deepEqual(
        await predictFolder(dir, { head: loaded, base, ...quiet }),
        await predictFolder(dir, { head: whole, base, ...quiet }),
      );
      const bytes = fs.readFileSync(path.join(dir, 'blue', '0.png'));
      const { photo, probabilities } = await predictPhoto(bytes, { head: file, base });
      assert.equal(photo, '(bytes)');
      near(Object.values(probabilities), expected[0]!, 1e-5);
    });
  });
}

describe('predictFolder()', () => {
  const flat = path.join(folder, 'flat');
  let head: LayersModel;
  before(async () => {
    ({ head } = await trainedOn(coloured(path.join(folder, 'photos'))));
    fs.mkdirSync(path.join(flat, 'more'), { recursive: true });
    for (const name of ['b.png', 'a b#%.png', 'more/c.png'])
      fs.writeFileSync(path.join(flat, name), pngOf({ height: 20, width: 20 }, [200, 10, 10]));
  });

  test('takes a flat folder without labels, with folders within it, in the order of names', async () => {
    const found = await predictFolder(flat, { head, base, ...quiet });
    assert.deepEqual(
      found.map(({ photo }) => path.relative(flat, photo)),
      ['a b#%.png', 'b.png', path.join('more', 'c.png')],
    );
  });

  test('takes a relative path, and gives paths as it was given one', async () => {
    const relative = path.relative(process.cwd(), flat);
    const [first] = await predictFolder(relative, { head, base, ...quiet });
    assert.equal(first!.photo, path.join(relative, 'a b#%.png'));
  });

  test('names what can not be read and leaves it out', async () => {
    const broken = path.join(flat, 'broken.jpg');
    fs.writeFileSync(broken, '<!doctype html>');
    let found: { photo: string }[] = [];
    const lines = await printed(async () => {
      found = await predictFolder(flat, { head, base, ...quiet });
    });
    fs.rmSync(broken);
    assert.equal(found.length, 3);
    assert.match(lines.join('\n'), /broken\.jpg \(HTML text, not a picture\)/);
  });

  test('shows a progress bar unless told not to', async () => {
    const lines = await printed(async () => void (await predictFolder(flat, { head, base })));
    assert.match(lines.join('\n'), /3\/3 \[=+\]/);
    assert.deepEqual(
      await printed(async () => void (await predictFolder(flat, { head, base, ...quiet }))),
      [],
    );
  });

  test('stops at an interrupt', async () => {
    const many = coloured(path.join(folder, 'many'), { classNames: ['x'], perClass: 40 });
    setImmediate(() => process.kill(process.pid, 'SIGINT'));
    const error = await thrown(() => predictFolder(many, { head, base, batchSize: 1, ...quiet }));
    assert.equal(error.name, 'InterruptedError');
    assert.equal((await predictFolder(many, { head, base, ...quiet })).length, 40);
  });

  test('refuses other weights, another size, and a head that knows nothing, and names both', async () => {
    const run = (options: object) => thrown(() => predictFolder(flat, { head, base, ...quiet, ...options }));
    assert.match(
      (await run({ base: smallBase({ seed: 2 }) })).message,
      /`base`: expected features with the network \(SHA-256\) the head was trained on, "[0-9a-f]{64}", found "[0-9a-f]{64}"/,
    );
    const fixed = tf.sequential({
      layers: [tf.layers.conv2d({ inputShape: [32, 32, 3], filters: 1, kernelSize: 3 })],
    });
    assert.match(
      (await run({ base: fixed })).message,
      /`base`: expected a network for photos of the `targetSize` the head was trained on, \[16, 16\], found .*\[32, 32\]/,
    );
    assert.match(
      (await run({ head: buildHead({ inputShape: [2, 2, 4], seed: 1 }) })).message,
      /`head`: expected a head that knows its classes/,
    );
  });

  test('says what is wrong with the folder', async () => {
    const empty = path.join(folder, 'empty');
    fs.mkdirSync(empty);
    const run = (dir: string, options = {}) => thrown(() => predictFolder(dir, { head, base, ...options }));
    assert.match(
      (await run(path.join(folder, 'none'))).message,
      /expected a folder of photos, found no such folder/,
    );
    assert.match((await run(path.join(flat, 'b.png'))).message, /found a file\. .* `predictPhoto`/);
    assert.match((await run(empty)).message, /empty: expected photos .*an empty folder/);
    assert.match((await run(flat, { batchSize: 0 })).message, /`batchSize`/);
    assert.match((await run(flat, { batchsize: 0 })).message, /found `batchsize`/);
  });

  test('leaves no tensor, whether it ends or throws', async () => {
    const before = tf.memory().numTensors;
    await predictFolder(flat, { head, base, ...quiet });
    await predictPhoto(path.join(flat, 'b.png'), { head, base });
    await thrown(() => predictPhoto(path.join(flat, 'none.png'), { head, base }));
    assert.equal(tf.memory().numTensors, before);
  });
});

const real = process.env.LITTLE_DATA_PHOTOS;
test('predictFolder() and predictPhoto() answer as the batch does, VGG16 and real photos', {
  skip: real ? false : 'LITTLE_DATA_PHOTOS names no photos',
}, async () => {
  const dir = path.join(folder, 'real');
  for (const [name, kind] of [
    ['cats', 'cat'],
    ['dogs', 'dog'],
  ]) {
    fs.mkdirSync(path.join(dir, name!), { recursive: true });
    for (let n = 0; n < 3; n++)
      fs.copyFileSync(path.join(real!, `${kind}.${n}.jpg`), path.join(dir, name!, `${n}.jpg`));
  }
  const vgg16 = await applications.VGG16();
  const datagen = new ImageDataGenerator({ preprocessingFunction: applications.vgg16.preprocessInput });
  const generator = datagen.flowFromDirectory(dir, {
    targetSize: [150, 150],
    batchSize: 6,
    classMode: null,
    shuffle: false,
    verbose: 0,
  });
  const features = await predictGenerator(vgg16, generator, quiet);
  const { model } = await trainHead(features, generator.classes, {
    seed: 2,
    epochs: 2,
    learningRate: 1e-5,
    verbose: 0,
  });
  const expected = (model.predict(features) as Tensor).dataSync();
  const answers = await predictFolder(dir, { head: model, base: vgg16, batchSize: 4, ...quiet });
  near(
    answers.map(({ probabilities }) => probabilities.dogs!),
    expected,
    1e-5,
  );
  for (const [row, file] of generator.filepaths.entries()) {
    const { probabilities } = await predictPhoto(file, { head: model, base: vgg16 });
    // One photo at a time goes through other kernels: VGG16's features of up to 1,000 differ in their seventh digit.
    near([probabilities.dogs!], [expected[row]!], 1e-5);
  }
});

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Tensor } from '@tensorflow/tfjs-node';
import type { DirectoryIterator } from '../../src/datasets/batches/directory-iterator';
import { ImageDataGenerator } from '../../src/datasets/batches/image-data-generator';
import { predictGenerator } from '../../src/features/predict-generator';
import { buildHead } from '../../src/head/build-head';
import { trainHead } from '../../src/head/training/train-head';
import { evaluateHead } from '../../src/insight/evaluate-head';
import { tensorflowReady } from '../../src/tensorflow';
import { photoFolder, printed, temporary, tinyNetwork } from '../features/tiny';

let remove: () => void;
let folder: string;
let features: Tensor;
let generator: DirectoryIterator;

/** What a cell with flowFromDirectory gives. */
const list = (place = folder, { rescale = 1 / 255, size = 4 } = {}) =>
  new ImageDataGenerator({ rescale }).flowFromDirectory(place, {
    ...{ targetSize: [size, size] as const, classMode: null, shuffle: false, verbose: 0 },
  });

before(async () => {
  await tensorflowReady();
  const place = temporary();
  remove = place.remove;
  folder = photoFolder(path.join(place.dir, 'photos'), { cats: 4, dogs: 4 });
  generator = list();
  features = await predictGenerator(tinyNetwork().model, generator, { verbose: 0 });
});
after(() => remove());

const train = (labels: number[]) =>
  printed(async () => {
    const { model } = await trainHead(features, labels, { epochs: 1, seed: 1, verbose: 1 });
    model.dispose();
  });

describe('trainHead() with labels of a generator', () => {
  test('says what it trains on, and nothing of staleness where both belong together', async () => {
    const lines = await train(generator.classes);
    assert.match(lines[0]!, /^Train on 8 photos of .*photos \(4 x 4, pixels \/ 255\)/);
  });

  test('names the cell to run where photos are prepared in another way now', async () => {
    for (const [changed, words] of [
      [{ size: 8 }, '8 x 8, pixels / 255'],
      [{ rescale: 1 }, '4 x 4, pixels as they are'],
    ] as const) {
      const [note] = await train(list(folder, changed).classes);
      assert.ok(
        note!.includes(
          `the generator of their labels has ${words}. Run the cell with predictGenerator() again`,
        ),
        note,
      );
    }
  });

  test('refuses features of other photos, though there are as many of each class', async () => {
    const { dir } = path.parse(folder);
    const others = photoFolder(path.join(dir, 'others'), { cats: 5, dogs: 4 });
    fs.rmSync(path.join(others, 'cats', 'cats.000.png'));
    const other = list(others);
    await assert.rejects(trainHead(features, other.classes, { epochs: 1, seed: 1, verbose: 0 }), {
      name: 'LittleDataError',
      message:
        /^the train data, row 0: expected features of cats.cats\.001.*found cats.cats\.000.* Run the cell with predictGenerator\(\) again/,
    });
    // A copy of the list says nothing of where it is from.
    await train([...other.classes]);
  });
});

test('evaluateHead() names the cell too', async () => {
  const head = buildHead({ inputShape: features.shape.slice(1), seed: 1 });
  const lines = await printed(async () => evaluateHead(head, features, list(folder, { size: 8 }).classes));
  assert.match(lines.join(), /The evaluation features are of 4 x 4, .* has 8 x 8/);
  head.dispose();
});

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import sharp from 'sharp';
import { findDuplicates } from '../../../src/insight/duplicates/find-duplicates';
import { tensorflowReady, tf } from '../../../src/tensorflow';
import { temporaryFolder } from '../../datasets/folders';
import { colourFeatures, smoothPictures } from './planted';

let dir: string;
let files: string[];
before(async () => {
  await tensorflowReady();
  dir = temporaryFolder('duplicates');
  files = await smoothPictures(path.join(dir, 'train'), 30);
});
after(() => fs.rmSync(dir, { recursive: true }));

/** The copies of the first pictures, in a folder of their own. */
async function copies(): Promise<string[]> {
  const place = (name: string) => path.join(dir, name);
  fs.copyFileSync(files[0]!, place('bytes.png'));
  await sharp(files[1]).png({ compressionLevel: 0 }).toFile(place('pixels.png'));
  await sharp(files[2]).jpeg({ quality: 60 }).toFile(place('recoded.jpg'));
  await sharp(files[3]).resize(200, 150).toFile(place('resized.png'));
  await sharp(files[4]).extract({ left: 6, top: 0, width: 122, height: 91 }).toFile(place('cut.png'));
  return ['bytes.png', 'pixels.png', 'recoded.jpg', 'resized.png', 'cut.png'].map(place);
}

describe('findDuplicates()', () => {
  test('finds copies of each kind across splits, and nothing else', async () => {
    const others = await copies();
    const train = { features: await colourFeatures(files), files };
    const validation = { features: await colourFeatures(others), files: others };
    const before = tf.memory().numTensors;
    const { pairs, across, groups, unread } = await findDuplicates({ train, validation }, { verbose: 0 });
    assert.equal(tf.memory().numTensors, before);
    const found = pairs.map(({ photos: [a, b], kind }) => [
      a.split,
      a.row,
      b.split,
      path.basename(b.file),
      kind,
    ]);
    assert.deepEqual(
      found.sort((a, b) => Number(a[1]) - Number(b[1])),
      [
        ['train', 0, 'validation', 'bytes.png', 'bytes'],
        ['train', 1, 'validation', 'pixels.png', 'pixels'],
        ['train', 2, 'validation', 'recoded.jpg', 'near'],
        ['train', 3, 'validation', 'resized.png', 'near'],
        ['train', 4, 'validation', 'cut.png', 'near'],
      ],
    );
    assert.equal(across.length, 5);
    assert.equal(groups.length, 5);
    assert.deepEqual(unread, []);
  });

  test('pairs each of several copies of one file with the first, and groups them', async () => {
    const twice = [files[5]!, files[6]!, files[5]!, files[5]!];
    const features = await colourFeatures(twice);
    const { pairs, across, groups } = await findDuplicates(
      { all: { features, files: twice } },
      { verbose: 0 },
    );
    assert.deepEqual(
      pairs.map(({ photos, kind }) => [photos[0].row, photos[1].row, kind]),
      [
        [0, 2, 'bytes'],
        [0, 3, 'bytes'],
      ],
    );
    assert.deepEqual(
      groups.map((group) => group.map(({ row }) => row)),
      [[0, 2, 3]],
    );
    assert.deepEqual(across, []);
  });

  test('names photos that are gone', async () => {
    const own = [files[7]!, path.join(dir, 'gone.png')];
    const features = await colourFeatures([files[7]!, files[7]!]);
    const { pairs, unread } = await findDuplicates({ all: { features, files: own } }, { verbose: 0 });
    assert.deepEqual([pairs.length, unread], [0, [own[1]]]);
  });

  test('refuses features of unknown photos, of other shapes, and what is no split', async () => {
    const features = await colourFeatures(files.slice(0, 2));
    const deep = {
      features: await colourFeatures(files.slice(0, 2), { deep: true }),
      files: files.slice(0, 2),
    };
    const flat = { features, files: files.slice(0, 2) };
    await assert.rejects(
      findDuplicates({ train: features }),
      /the train data: expected the files of its 2 photos/,
    );
    await assert.rejects(
      findDuplicates({ train: { features, files: ['a'] } }),
      /the files of its 2 photos, found 1/,
    );
    await assert.rejects(
      findDuplicates({ a: deep, b: flat }, { verbose: 0 }),
      /same shape of a row in all splits/,
    );
    await assert.rejects(findDuplicates({}), /`splits`/);
    await assert.rejects(findDuplicates({ train: 'x' as never }), /the train data/);
  });
});

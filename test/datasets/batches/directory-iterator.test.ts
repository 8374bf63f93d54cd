import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import sharp from 'sharp';
import { ImageDataGenerator } from '../../../src/datasets/batches/image-data-generator';
import { tensorflowReady, tf } from '../../../src/tensorflow';
import { bombPng, brokenPictures, knownPicture } from '../../fixtures/pictures';
import { printed, put, putPhotos, temporaryFolder, tinyPhoto } from '../folders';

let dir: string;
before(async () => {
  dir = temporaryFolder('iterator');
  putPhotos(path.join(dir, 'two'), ['cats/1.png', 'cats/2.png', 'dogs/1.png', 'dogs/2.png', 'dogs/3.png'], 1);
  await tensorflowReady();
});
after(() => fs.rmSync(dir, { recursive: true, force: true }));

const flow = { targetSize: [4, 4] as const, batchSize: 2, shuffle: false, verbose: 0 };

describe('DirectoryIterator', () => {
  test('flowFromDirectory() gives filenames, classes, classIndices and samples as Keras does', async () => {
    const { result, lines } = await printed(() =>
      new ImageDataGenerator().flowFromDirectory(path.join(dir, 'two'), { shuffle: false }),
    );
    // Source: Keras 3.15, the attributes of the same name for this folder.
    assert.deepEqual(lines, ['Found 5 images belonging to 2 classes.']);
    assert.deepEqual(result.filenames, [
      'cats/1.png',
      'cats/2.png',
      'dogs/1.png',
      'dogs/2.png',
      'dogs/3.png',
    ]);
    assert.deepEqual(result.classes, [0, 0, 1, 1, 1]);
    assert.deepEqual(result.classIndices, { cats: 0, dogs: 1 });
    assert.deepEqual(result.classNames, ['cats', 'dogs']);
    assert.equal(result.samples, 5);
    assert.equal(result.batchSize, 32);
    assert.deepEqual(result.targetSize, [256, 256]);
    assert.equal(result.classMode, 'categorical');
    assert.deepEqual(result.filepaths[4], path.join(dir, 'two', 'dogs', '3.png'));
  });

  test('flowFromDirectory() gives batches in order, the last one smaller, and leaves no tensor', async () => {
    const before = tf.memory().numTensors;
    const iterator = new ImageDataGenerator({ rescale: 1 / 255 }).flowFromDirectory(
      path.join(dir, 'two'),
      flow,
    );
    assert.equal(iterator.length, 3);
    const rows: number[][] = [];
    for await (const { x, y } of iterator) {
      assert.equal(x.dtype, 'float32');
      assert.deepEqual(x.shape.slice(1), [4, 4, 3]);
      // The first pixel's red is the photo's number; 1 / 255 in float32.
      const red = Array.from(await x.data()).filter((_, i) => i % 48 === 0);
      const labels = (await y!.array()) as number[][];
      rows.push(...red.map((value, i) => [Math.round(value * 255), ...labels[i]!]));
      tf.dispose([x, y!]);
    }
    assert.deepEqual(rows, [
      [1, 1, 0],
      [2, 1, 0],
      [3, 0, 1],
      [4, 0, 1],
      [5, 0, 1],
    ]);
    assert.equal(tf.memory().numTensors, before);
  });

  test('flowFromDirectory() shuffles by the seed and keeps labels beside their photos', async () => {
    const order = async (seed: number) => {
      const options = { ...flow, shuffle: true, seed, classMode: 'binary' as const };
      const rows: number[][] = [];
      for await (const { x, y } of new ImageDataGenerator().flowFromDirectory(
        path.join(dir, 'two'),
        options,
      )) {
        const red = Array.from(await x.data()).filter((_, i) => i % 48 === 0);
        const labels = Array.from(await y!.data());
        rows.push(...red.map((value, i) => [value, labels[i]!]));
        tf.dispose([x, y!]);
      }
      return rows;
    };
    const first = await order(1);
    assert.deepEqual(await order(1), first);
    assert.notDeepEqual(await order(2), first);
    assert(first.every(([red, label]) => label === (red! > 2 ? 1 : 0)));
    assert.throws(
      () => new ImageDataGenerator().flowFromDirectory(path.join(dir, 'two'), { seed: undefined }),
      /seed/,
    );
  });

  test('flowFromDirectory() keeps the order of classes whose names are numbers', async () => {
    putPhotos(path.join(dir, 'numbers'), ['10/a.png', '2/a.png', 'B/a.png', 'a/a.png']);
    const iterator = new ImageDataGenerator().flowFromDirectory(path.join(dir, 'numbers'), flow);
    assert.deepEqual(iterator.classNames, ['10', '2', 'B', 'a']);
    assert.deepEqual(iterator.classIndices, { '10': 0, '2': 1, B: 2, a: 3 });
  });

  test('flowFromDirectory() says what it did not take, and takes an empty folder for a class, as Keras does', async () => {
    const folder = path.join(dir, 'odd');
    putPhotos(folder, ['cats/1.png', 'beside.png']);
    put(folder, 'cats/notes.txt');
    put(folder, '.DS_Store');
    fs.mkdirSync(path.join(folder, 'birds'));
    const { lines } = await printed(() =>
      new ImageDataGenerator().flowFromDirectory(folder, { ...flow, verbose: 1 }),
    );
    assert.deepEqual(lines, [
      'Found 1 images belonging to 2 classes.',
      'No photo of 1 class (birds): it counts as a class, as in Keras.',
      'Not taken: 1 photo in no class folder (beside.png), ' +
        '1 other file, link or folder (cats/notes.txt). `scanPhotos` lists them.',
    ]);
  });

  test("flowFromDirectory() refuses three folders for classMode 'binary', and unknown options", () => {
    putPhotos(path.join(dir, 'three'), ['a/1.png', 'b/1.png', 'c/1.png']);
    const of = (options: object) => () =>
      new ImageDataGenerator().flowFromDirectory(path.join(dir, 'three'), { ...flow, ...options });
    assert.throws(of({ classMode: 'binary' }), /expected two class folders.*found 3 \(a, b, c\)/);
    assert.throws(of({ classMode: 'sparse' }), /classMode/);
    assert.throws(of({ targetSize: [0, 4] }), /targetSize.*\[height, width\]/);
    assert.throws(of({ batchSize: 0 }), /batchSize/);
    assert.throws(of({ target_size: [4, 4] }), /`target_size`/);
  });

  test('reads a turned photo as its upright copy, and as it is stored with "ignore"', async () => {
    const folder = path.join(dir, 'orientation');
    const { bytes } = knownPicture('png RGB');
    put(folder, 'all/1.png', bytes);
    // Source: EXIF 2.3, tag 274: what the camera stored has to be turned clockwise by 180, 90 and 270 degrees.
    for (const [orientation, degrees] of [
      [3, 180],
      [6, 90],
      [8, 270],
    ] as const)
      put(
        folder,
        `all/${orientation}.webp`,
        await sharp(bytes)
          .rotate(-degrees)
          .withMetadata({ orientation })
          .webp({ lossless: true, exact: true })
          .toBuffer(),
      );
    const pixels = (exifOrientation?: 'apply' | 'ignore') => {
      const generator = new ImageDataGenerator(exifOrientation && { exifOrientation });
      const iterator = generator.flowFromDirectory(folder, { ...flow, targetSize: [16, 12] });
      return Promise.all(iterator.filepaths.map((file) => iterator.photos.pixels(file)));
    };
    const [upright, ...turned] = await pixels();
    assert.equal(turned.length, 3);
    for (const other of turned) assert.deepEqual(other, upright);
    const [same, ...stored] = await pixels('ignore');
    assert.deepEqual(same, upright);
    for (const other of stored) assert.notDeepEqual(other, upright);
  });

  test('leaves out what can not be read, by name, with its label and the reason, and goes on', async () => {
    const folder = path.join(dir, 'broken');
    const broken = brokenPictures().filter(({ bytes }) => bytes.length < 1e4);
    for (const [i, { name, bytes }] of broken.entries())
      put(folder, `${i % 2 ? 'dogs' : 'cats'}/${name}`, bytes);
    put(folder, 'cats/bomb.png', bombPng({ height: 20000, width: 20000 }));
    putPhotos(folder, ['cats/good 1.jpg', 'dogs/good 2.png', 'dogs/gone.png'], 7);
    let expected = broken.length + 1;
    if (process.platform !== 'win32') {
      execFileSync('mkfifo', [path.join(folder, 'dogs', 'pipe.jpg')]);
      expected++;
    }
    const iterator = new ImageDataGenerator().flowFromDirectory(folder, {
      ...flow,
      batchSize: 8,
      classMode: 'binary',
    });
    // A file that vanishes between the listing and the reading.
    fs.rmSync(path.join(folder, 'dogs', 'gone.png'));
    const rows: number[][] = [];
    const { lines } = await printed(async () => {
      for await (const { x, y } of iterator) {
        const red = Array.from(await x.data()).filter((_, i) => i % 48 === 0);
        const labels = Array.from(await y!.data());
        rows.push(...red.map((value, i) => [value, labels[i]!]));
        tf.dispose([x, y!]);
      }
    });
    assert.deepEqual(rows, [
      [7, 0],
      [8, 1],
    ]);
    assert.deepEqual(iterator.filenames, ['cats/good 1.jpg', 'dogs/good 2.png']);
    assert.deepEqual(iterator.classes, [0, 1]);
    assert.equal(iterator.unreadable.length, expected + 1);
    assert.equal(lines.length, expected + 1);
    for (const { name, reason } of broken)
      assert.match(iterator.unreadable.find(({ filename }) => filename.endsWith(`/${name}`))!.reason, reason);
    assert(lines.includes('Left out, with its label: dogs/gone.png (no such file).'));
    assert(lines.some((line) => /cats\/bomb\.png \(20000 x 20000 pixels, over the limit/.test(line)));
  });

  test('strict: true turns the first photo that can not be read into an error', async () => {
    const folder = path.join(dir, 'strict');
    putPhotos(folder, ['cats/1.png']);
    put(folder, 'cats/2.png', tinyPhoto(1).subarray(0, 60));
    const iterator = new ImageDataGenerator().flowFromDirectory(folder, { ...flow, strict: true });
    await assert.rejects(async () => {
      for await (const { x, y } of iterator) tf.dispose([x, y!]);
    }, /cats.2\.png: expected a photo, found no usable picture .*strict: false/);
  });

  test('leaves out a file and a folder without permission', (context) => {
    const folder = path.join(dir, 'secret');
    putPhotos(folder, ['cats/1.png', 'cats/secret.png', 'dogs/hidden/2.png', 'dogs/3.png']);
    fs.chmodSync(path.join(folder, 'cats', 'secret.png'), 0);
    fs.chmodSync(path.join(folder, 'dogs', 'hidden'), 0);
    context.after(() => fs.chmodSync(path.join(folder, 'dogs', 'hidden'), 0o755));
    fs.chmodSync(dir, 0o755);
    const script = `
      const { listPhotos } = require('./src/datasets/list-photos');
      const { decodePhoto } = require('./src/images/decode-photo');
      const { photos, passedOver } = listPhotos(${JSON.stringify(folder)});
      decodePhoto(${JSON.stringify(path.join(folder, 'cats', 'secret.png'))}).catch(({ reason }) =>
        console.log(JSON.stringify({ photos: photos.map((it) => it.filename), passedOver, reason })));`;
    // The superuser may read everything: the check runs as nobody then.
    const asRoot = process.getuid?.() === 0;
    if (process.platform === 'win32') return context.skip('permissions work otherwise here');
    const child = spawnSync(process.execPath, ['--require', 'tsx/cjs', '-e', script], {
      cwd: path.resolve(__dirname, '../../..'),
      encoding: 'utf8',
      env: { ...process.env, HOME: dir, TSX_DISABLE_CACHE: '1' },
      ...(asRoot ? { uid: 65534, gid: 65534 } : {}),
    });
    if (asRoot && !child.stdout)
      return context.skip(`nobody cannot run Node here: ${child.stderr.slice(0, 200)}`);
    assert.deepEqual(JSON.parse(child.stdout), {
      photos: ['cats/1.png', 'cats/secret.png', 'dogs/3.png'],
      passedOver: [{ filename: 'dogs/hidden', as: 'folder' }],
      reason: 'a file without permission to read it',
    });
  });
});

test('flowFromDirectory() refuses a text in place of a list of classes, before it looks for photos', () => {
  const generator = new ImageDataGenerator();
  for (const classes of ['cats', ['cats', 'cats']] as never[])
    assert.throws(() => generator.flowFromDirectory('no such folder', { classes, seed: 1 }), {
      name: 'LittleDataError',
      message: /`classes`.*cats/,
    });
});

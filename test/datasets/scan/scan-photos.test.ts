import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { inspect } from 'node:util';
import { scanPhotos } from '../../../src/datasets/scan/scan-photos';
import { scanHtml } from '../../../src/datasets/scan/show-scan';
import { tf } from '../../../src/tensorflow';
import { bombPng, brokenPictures, knownPicture } from '../../fixtures/pictures';
import { printed, put, putPhotos, temporaryFolder, tinyPhoto } from '../folders';

let dir: string;
beforeEach(() => {
  dir = temporaryFolder('scan');
});
afterEach(() => fs.rmSync(dir, { recursive: true, force: true }));

const many = (prefix: string, n: number) => Array.from({ length: n }, (_, i) => `${prefix}${i}.png`);
const scan = (folder = dir) => scanPhotos(folder, { verbose: 0 });

describe('scanPhotos()', () => {
  test('reports class by class what was found, what can be used, and why not', async () => {
    putPhotos(dir, [...many('cats/', 30), ...many('dogs/', 25).map((name) => `${name}`)].map(String));
    const broken = brokenPictures().filter(({ bytes }) => bytes.length < 1e4);
    for (const { name, bytes } of broken) put(dir, `dogs/${name}`, bytes);
    put(dir, 'dogs/bomb.png', bombPng({ height: 20000, width: 20000 }));
    const report = await scan();
    assert.equal(report.dir, dir);
    assert.equal(report.layout, 'class folders');
    assert.equal(report.found, 55 + broken.length + 1);
    assert.equal(report.usable, 55);
    const [cats, dogs] = report.classes;
    assert.deepEqual(cats, { className: 'cats', found: 30, usable: 30, fraction: 30 / 55, leftOut: {} });
    assert.equal(dogs!.found, 25 + broken.length + 1);
    assert.equal(dogs!.usable, 25);
    assert.equal(dogs!.leftOut['empty file'], 1);
    assert.equal(
      Object.values(dogs!.leftOut).reduce((sum, n) => sum + n),
      broken.length + 1,
    );
    for (const { name, reason } of broken)
      assert.match(report.leftOut.find(({ filename }) => filename === `dogs/${name}`)!.reason, reason);
    assert.match(
      report.leftOut.find(({ filename }) => filename === 'dogs/bomb.png')!.reason,
      /over the limit/,
    );
    assert.deepEqual(report.warnings, []);
    const [photo] = report.photos;
    assert.deepEqual(
      { ...photo, sha256: photo!.sha256!.length },
      {
        filename: 'cats/0.png',
        className: 'cats',
        usable: true,
        bytes: tinyPhoto(0).length,
        sha256: 64,
        kind: 'png',
        height: 4,
        width: 4,
      },
    );
  });

  test('counts all that is no photo and no class, and what is unusual', async () => {
    putPhotos(dir, [
      'cats/1.png',
      'cats/2.jpg',
      'cats/no-extension',
      'cats/SHOUTED.PNG',
      'dogs/3.png',
      'dogs/old/4.png',
      'beside.png',
    ]);
    for (const name of ['png RGB', 'webp lossy', 'gif', 'avif 4:4:4', 'tiff grey', 'bmp 24-bit'])
      put(dir, `cats/${name.replace(/\W/g, '-')}.jpg`, knownPicture(name).bytes);
    for (const name of [
      '.DS_Store',
      'cats/Thumbs.db',
      'cats/desktop.ini',
      'cats/._1.png',
      '__MACOSX/1.png',
      '.ipynb_checkpoints/1.png',
    ])
      put(dir, name, tinyPhoto(99));
    put(dir, 'cats/notes.txt');
    fs.mkdirSync(path.join(dir, 'birds'));
    fs.mkdirSync(path.join(dir, 'cats', 'folder.jpg'));
    if (process.platform !== 'win32') {
      fs.symlinkSync(dir, path.join(dir, 'cats', 'up'));
      execFileSync('mkfifo', [path.join(dir, 'cats', 'pipe.jpg')]);
    }
    const report = await scan();
    assert.deepEqual(
      report.classes.map(({ className, usable }) => [className, usable]),
      [
        ['birds', 0],
        ['cats', 10],
        ['dogs', 2],
      ],
    );
    assert.deepEqual(report.notes, {
      otherExtension: [
        'cats/2.jpg',
        'cats/avif-4-4-4.jpg',
        'cats/bmp-24-bit.jpg',
        'cats/gif.jpg',
        'cats/no-extension',
        'cats/png-RGB.jpg',
        'cats/tiff-grey.jpg',
        'cats/webp-lossy.jpg',
      ],
      nested: ['dogs/old/4.png'],
      beside: ['beside.png'],
      emptyFolders: ['cats/folder.jpg'],
      junk: [
        '.DS_Store',
        '.ipynb_checkpoints',
        '__MACOSX',
        'cats/._1.png',
        'cats/Thumbs.db',
        'cats/desktop.ini',
      ],
      otherFiles: ['cats/notes.txt'],
      links: process.platform === 'win32' ? [] : ['cats/up'],
      unreadableFolders: [],
    });
    if (process.platform !== 'win32')
      assert.deepEqual(report.leftOut, [
        { filename: 'cats/pipe.jpg', reason: 'a pipe, socket or device, not a file' },
      ]);
    const text = report.toString();
    for (const words of [
      'cats: 10 of',
      'Left out: cats/pipe.jpg (a pipe',
      '8 photos of another format than their names say (cats/2.jpg, ',
      '1 photo in a folder within its class (dogs/old/4.png)',
      '1 photo of no class (beside.png)',
      '1 folder without a photo (cats/folder.jpg)',
      '6 files that systems and tools leave (.DS_Store, ',
      '1 file that is no picture (cats/notes.txt)',
    ])
      assert(process.platform === 'win32' || text.includes(words), `${words} in ${text}`);
  });

  test('finds copies by their bytes, also across classes, and warns of these', async () => {
    putPhotos(dir, [...many('cats/', 20), ...many('dogs/', 20).map((name) => name)], 0);
    for (let i = 0; i < 20; i++) put(dir, `dogs/${i}.png`, tinyPhoto(100 + i));
    put(dir, 'cats/copy.jpg', tinyPhoto(3));
    put(dir, 'dogs/wrong.png', tinyPhoto(5));
    const report = await scan();
    assert.deepEqual(report.duplicates, [
      ['cats/3.png', 'cats/copy.jpg'],
      ['cats/5.png', 'dogs/wrong.png'],
    ]);
    assert.deepEqual(report.warnings, [
      '1 photos lie in several classes: one label of each is wrong (cats/5.png = dogs/wrong.png).',
    ]);
  });

  test('warns under 20 photos a class and over 10 to 1', async () => {
    putPhotos(dir, [...many('a/', 19), ...many('b/', 191)]);
    const { warnings, imbalance } = await scan();
    assert.equal(imbalance, 191 / 19);
    assert.deepEqual(warnings, [
      'Under 20 usable photos: a 19.',
      'The classes are out of balance, 191 photos to 19: a head that always names the largest class looks good by its accuracy.',
    ]);
    putPhotos(dir, ['a/20.png'], 900);
    assert.deepEqual(
      (await scan()).warnings.filter((it) => !/several classes/.test(it)),
      [],
    );
  });

  test('says which layout it saw', async () => {
    putPhotos(path.join(dir, 'unlabelled'), ['a.png', 'b.png']);
    const unlabelled = await scan(path.join(dir, 'unlabelled'));
    assert.equal(unlabelled.layout, 'unlabelled');
    assert.deepEqual(
      unlabelled.classes.map(({ className, usable }) => [className, usable]),
      [['', 2]],
    );
    assert.match(
      unlabelled.toString(),
      /^2 photos without classes, 2 usable\.\n\(no class\): 2 of 2 usable$/,
    );
    putPhotos(path.join(dir, 'kaggle'), ['cat.0.jpg', 'cat.1.jpg', 'dog.0.jpg']);
    const flat = await scan(path.join(dir, 'kaggle'));
    assert.deepEqual(
      [flat.layout, ...flat.classes.map(({ className }) => className)],
      ['flat', 'cat', 'dog'],
    );
    putPhotos(path.join(dir, 'split'), [
      'train/a/1.png',
      'train/b/2.png',
      'validation/a/3.png',
      'validation/b/4.png',
    ]);
    put(path.join(dir, 'split'), 'validation/a/leak.png', tinyPhoto(0));
    const split = await scan(path.join(dir, 'split'));
    assert.equal(split.layout, 'split');
    assert.deepEqual(
      split.classes.map(({ className }) => className),
      ['train/a', 'train/b', 'validation/a', 'validation/b'],
    );
    assert.match(
      split.warnings.join(),
      /1 photos lie in several splits.*train\/a\/1\.png = validation\/a\/leak\.png/,
    );
    const kaggle = path.join(dir, 'whole kaggle');
    putPhotos(kaggle, ['train/cat.0.jpg', 'train/dog.0.jpg', 'test1/1.jpg', 'test1/2.jpg']);
    const train = await scan(kaggle);
    assert.deepEqual(
      [train.dir, train.layout, ...train.classes.map(({ className }) => className)],
      [path.join(kaggle, 'train'), 'flat', 'cat', 'dog'],
    );
    assert.deepEqual(train.notes.beside, ['../test1/1.jpg', '../test1/2.jpg']);
    putPhotos(path.join(dir, 'zip'), ['flowers/rose/1.png', 'flowers/tulip/2.png']);
    const inner = await scan(path.join(dir, 'zip'));
    assert.equal(inner.dir, path.join(dir, 'zip', 'flowers'));
    assert.deepEqual(
      inner.classes.map(({ className }) => className),
      ['rose', 'tulip'],
    );
  });

  test('that finds 0 images says where it looked, what it saw, and what it expected', async () => {
    put(dir, 'a.txt');
    await assert.rejects(scan(), /: expected photos .*found 0 images: 1 file that is no picture \(a\.txt\)/);
    await assert.rejects(scan(path.join(dir, 'none')), /none: expected .*found no such folder/);
    await assert.rejects(scanPhotos(dir, { quiet: true } as never), /`quiet`/);
  });

  test('gives danfojs frames, of the one TensorFlow that is loaded', async () => {
    putPhotos(dir, [...many('10/', 2), ...many('2/', 1)]);
    put(dir, '2/page.jpg', '<html>');
    const report = await scan();
    const classes = report.toDataFrame();
    assert.deepEqual(classes.columns, ['class', 'found', 'usable', 'left out', 'fraction']);
    assert.deepEqual(classes.values, [
      ['10', 2, 2, 0, 2 / 3],
      ['2', 2, 1, 1, 1 / 3],
    ]);
    const photos = report.toDataFrame('photos');
    assert.deepEqual(photos.shape, [4, 9]);
    assert.deepEqual(photos.column('reason').values[3], 'HTML text, not a picture');
    assert.equal((require('danfojs-node') as { tensorflow: unknown }).tensorflow, tf);
    assert.equal(JSON.parse(JSON.stringify(report)).found, 4);
  });

  test('shows a table whose names are escaped, and a progress bar', async () => {
    putPhotos(dir, ['<b>&"/1.png', 'dogs/2.png']);
    put(dir, 'dogs/<script>.jpg', 'text');
    const { result, lines } = await printed(() => scanPhotos(dir));
    assert.match(lines[0]!, /^3\/3 \[=+\]/);
    assert.match(
      lines.join('\n'),
      /3 photos in 2 class folders, 2 usable\.\n<b>&": 1 of 1 usable\ndogs: 1 of 2 usable/,
    );
    assert.equal(inspect(result), 'ScanReport { 3 photos in 2 class folders, 2 usable. }');
    const html = scanHtml(result);
    assert.match(html, /<td>dogs<\/td><td>2<\/td><td>1<\/td><td>50\.0%<\/td><td>1 text, not a picture<\/td>/);
    assert(!html.includes('<b>') && !html.includes('<script>'));
    assert(html.includes('<strong>Warning:</strong> Under 20 usable photos'));
  });

  test('stops on an interrupt within a few photos and goes on from there', async () => {
    putPhotos(dir, many('cats/', 400));
    const running = scan();
    setTimeout(() => process.emit('SIGINT'), 20);
    await assert.rejects(running, {
      name: 'InterruptedError',
      message: /^Interrupted after \d+ of 400 photos\. What was read is remembered/,
    });
    assert.equal((await scan()).usable, 400);
  });

  test('reads a photo anew that has changed', async () => {
    putPhotos(dir, many('cats/', 2));
    assert.equal((await scan()).usable, 2);
    put(dir, 'cats/0.png', 'no picture');
    assert.equal((await scan()).usable, 1);
    put(dir, 'cats/0.png', tinyPhoto(7));
    assert.equal((await scan()).usable, 2);
  });
});

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { after, afterEach, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Split, SplitOptions } from '../../../src/datasets/split/split';
import { splitDataset } from '../../../src/datasets/split/split-dataset';
import { filesBelow, printed, put, putPhotos, temporaryFolder, tinyPhoto } from '../folders';

let dir: string;
const dataDir = process.env.LITTLE_DATA_DIR;
beforeEach(() => {
  dir = temporaryFolder('split');
  process.env.LITTLE_DATA_DIR = path.join(dir, 'data');
});
afterEach(() => fs.rmSync(dir, { recursive: true, force: true }));
after(() => {
  if (dataDir === undefined) delete process.env.LITTLE_DATA_DIR;
  else process.env.LITTLE_DATA_DIR = dataDir;
});

const photos = () => path.join(dir, 'photos');
const out = () => path.join(dir, 'out');
const numbered = (prefix: string, n: number, from = 0) =>
  Array.from({ length: n }, (_, i) => `${prefix}${from + i}.jpg`);
const quiet = (options: SplitOptions) => splitDataset(photos(), { verbose: 0, outDir: out(), ...options });
const share = (options: SplitOptions = {}) => quiet({ validation: 0.2, test: 0.1, seed: 1, ...options });

/** Photo -> part, for all files that the split placed. */
function sides(split: Split): Map<string, string> {
  const parts = { train: split.trainDir, validation: split.validationDir, test: split.testDir };
  return new Map(
    Object.entries(parts).flatMap(([part, folder]) =>
      folder && fs.existsSync(folder) ? filesBelow(folder).map((file) => [file, part] as const) : [],
    ),
  );
}

describe('splitDataset() by number', () => {
  beforeEach(() => {
    putPhotos(photos(), [...numbered('cat.', 6), ...numbered('dog.', 6)]);
  });
  const ranges = { train: [0, 3], validation: [4, 5] } as const;

  test('places the photos of the ranges and leaves the photos as they are', async () => {
    const split = await quiet(ranges);
    assert.deepEqual(split, {
      trainDir: path.join(out(), 'train'),
      validationDir: path.join(out(), 'validation'),
      counts: { train: { cats: 4, dogs: 4 }, validation: { cats: 2, dogs: 2 } },
      files: { linked: 12, copied: 0, kept: 0, removed: 0 },
      leftOut: [],
      duplicates: [],
    });
    assert.deepEqual(filesBelow(path.join(out(), 'validation')), [
      'cats/cat.4.jpg',
      'cats/cat.5.jpg',
      'dogs/dog.4.jpg',
      'dogs/dog.5.jpg',
    ]);
    assert.deepEqual(fs.readFileSync(path.join(split.trainDir, 'dogs/dog.0.jpg')), tinyPhoto(6));
    assert.equal(filesBelow(photos()).length, 12);
  });

  test('changes nothing when it is run again, and moves files when the ranges change', async () => {
    await quiet(ranges);
    const before = snapshot(out());
    assert.deepEqual((await quiet(ranges)).files, { linked: 0, copied: 0, kept: 12, removed: 0 });
    assert.deepEqual(snapshot(out()), before);
    const moved = await quiet({ train: [0, 1], validation: [2, 4] });
    assert.deepEqual(moved.files, { linked: 4, copied: 0, kept: 6, removed: 6 });
    assert.equal(sides(moved).size, 10);
    assert.equal(filesBelow(path.join(out(), 'train')).length, 4);
  });

  test('writes into data/ unless told otherwise, and says what it did', async () => {
    const { result, lines } = await printed(() => splitDataset(photos(), ranges));
    assert.equal(result.trainDir, path.join(dir, 'data', 'train'));
    assert.match(
      lines.join('\n'),
      /train: 4 cats, 4 dogs; .*validation: 2 cats, 2 dogs\nFiles: 12 linked\.$/,
    );
  });

  test('names what is missing, and refuses ranges that overlap', async () => {
    await assert.rejects(
      quiet({ train: [0, 3], validation: [4, 9] }),
      /missing: 6, 7, 8, 9\. There are 6 cats numbered 0 to 5/,
    );
    await assert.rejects(quiet({ train: [0, 3], validation: [3, 4] }), /ranges without a number in common/);
    await assert.rejects(quiet({ train: [3, 0] }), /`train`/);
    await assert.rejects(quiet({ valid: 0.2 } as never), /`valid`/);
    await assert.rejects(quiet({ train: [0, 3], validation: 0.2, seed: 1 }), /found both/);
    assert(!fs.existsSync(out()));
  });
});

test('splitDataset() by number leaves a validation photo out whose bytes are in train, and says so', async () => {
  putPhotos(photos(), [...numbered('cat.', 6), ...numbered('dog.', 6)]);
  for (const [copy, of] of [
    ['cat.5.jpg', 'cat.1.jpg'],
    ['dog.4.jpg', 'cat.0.jpg'],
    ['cat.3.jpg', 'cat.2.jpg'],
  ] as const)
    fs.copyFileSync(path.join(photos(), of), path.join(photos(), copy));
  const { result, lines } = await printed(() => quiet({ train: [0, 3], validation: [4, 5], verbose: 1 }));
  assert.deepEqual(result.counts, { train: { cats: 4, dogs: 4 }, validation: { cats: 1, dogs: 1 } });
  assert.deepEqual(result.leftOut, [
    { filename: 'cat.5.jpg', reason: 'the same bytes as cat.1.jpg, a train photo' },
    { filename: 'dog.4.jpg', reason: 'the same bytes as cat.0.jpg, a train photo' },
  ]);
  assert.deepEqual(result.duplicates, [
    ['cat.0.jpg', 'dog.4.jpg'],
    ['cat.1.jpg', 'cat.5.jpg'],
    ['cat.2.jpg', 'cat.3.jpg'],
  ]);
  assert(lines.includes('Left out: cat.5.jpg (the same bytes as cat.1.jpg, a train photo).'));
  assert.equal(filesBelow(path.join(out(), 'validation')).length, 2);
  assert.equal(filesBelow(photos()).length, 12);
});

describe('splitDataset() by fraction', () => {
  test('splits class folders of any names, nested and odd ones too, and ignores what is no photo', async () => {
    const names = ['#1 é', 'B', '10', '%41 b', 'nested/deep'];
    putPhotos(
      photos(),
      names.flatMap((name) => numbered(`${name}/IMG `, 40)),
    );
    putPhotos(photos(), ['beside.jpg', 'B/no-extension', '.DS_Store', 'B/._1.jpg'], 1000);
    put(photos(), 'B/notes.txt');
    put(photos(), '__MACOSX/B/1.jpg');
    fs.mkdirSync(path.join(photos(), 'empty'));
    const { result: split, lines } = await printed(() => share({ verbose: 1 }));
    const all = sides(split);
    assert.equal(all.size, 201);
    assert(all.has('B/no-extension') && all.has('nested/deep/IMG 7.jpg'));
    for (const name of ['#1 é', 'B', '10', '%41 b', 'nested'])
      assert.equal(
        split.counts.train[name]! + split.counts.validation[name]! + split.counts.test![name]!,
        name === 'B' ? 41 : 40,
      );
    assert.deepEqual(split.leftOut, []);
    assert.match(
      lines.join('\n'),
      /Not taken: 1 photo of no class \(beside\.jpg\), 1 other file, link or folder \(B\/notes\.txt\)/,
    );
    assert.equal(filesBelow(photos()).length, 206);
  });

  test('meets the shares on average, in each class', async () => {
    putPhotos(
      photos(),
      ['a', 'b'].flatMap((name) => numbered(`${name}/`, 1000)).map((name) => name),
    );
    const { counts } = await share();
    for (const name of ['a', 'b']) {
      // 1,000 draws: the standard deviation is sqrt(1000 p (1 - p)), 12.6 and 9.5; four of them.
      assert(Math.abs(counts.validation[name]! - 200) < 51, `validation ${counts.validation[name]}`);
      assert(Math.abs(counts.test![name]! - 100) < 38, `test ${counts.test![name]}`);
    }
  });

  test('moves no old photo when photos are added, renamed, or another folder is split', async () => {
    putPhotos(photos(), [...numbered('cats/', 50), ...numbered('dogs/', 50, 100)]);
    const before = sides(await share());
    putPhotos(photos(), [...numbered('birds/', 50), ...numbered('cats/new ', 50)], 5000);
    fs.renameSync(path.join(photos(), 'cats/0.jpg'), path.join(photos(), 'cats/renamed.jpg'));
    const after = sides(await share());
    assert.equal(after.size, 200);
    for (const [file, part] of before)
      assert.equal(after.get(file === 'cats/0.jpg' ? 'cats/renamed.jpg' : file), part, file);
    const other = sides(await share({ outDir: path.join(dir, 'other') }));
    assert.deepEqual(other, after);
    assert.notDeepEqual(sides(await share({ seed: 2 })), after);
  });

  test('keeps copies on one side, also across classes, and names them', async () => {
    putPhotos(photos(), numbered('cats/', 60));
    putPhotos(photos(), numbered('dogs/copy of ', 60));
    const { result: split, lines } = await printed(() => share({ verbose: 1 }));
    const all = sides(split);
    for (let i = 0; i < 60; i++) assert.equal(all.get(`cats/${i}.jpg`), all.get(`dogs/copy of ${i}.jpg`));
    assert.equal(split.duplicates.length, 60);
    assert.deepEqual(split.duplicates[0], ['cats/0.jpg', 'dogs/copy of 0.jpg']);
    assert.match(lines.join('\n'), /The same bytes under several names: 60 groups/);
    assert.equal(new Set(all.values()).size, 3);
  });

  test('keeps the photos of a group on one side, and a copy in two groups joins them', async () => {
    putPhotos(
      photos(),
      Array.from({ length: 120 }, (_, i) => `dogs/rex${i % 30}_${i}.jpg`),
    );
    putPhotos(photos(), ['cats/1.jpg', 'cats/2.jpg'], 500);
    const asked: string[] = [];
    const groupBy = (file: string) => {
      asked.push(file);
      return file.split('_')[0]!;
    };
    const all = sides(await share({ groupBy }));
    assert(asked.includes('dogs/rex0_30.jpg'));
    for (let i = 30; i < 120; i++)
      assert.equal(all.get(`dogs/rex${i % 30}_${i}.jpg`), all.get(`dogs/rex${i % 30}_${i % 30}.jpg`));
    const apart = [...all].find(
      ([file, part]) => file.startsWith('dogs/') && part !== all.get('dogs/rex0_0.jpg'),
    )!;
    const group = apart[0].split('_')[0]!;
    put(photos(), `${group}_copy.jpg`, tinyPhoto(0));
    const joined = sides(await share({ groupBy }));
    for (const file of [...joined.keys()].filter((name) => name.startsWith(`${group}_`)))
      assert.equal(joined.get(file), joined.get('dogs/rex0_0.jpg'), file);
    await assert.rejects(share({ groupBy: () => undefined as never }), /`groupBy` for .*expected a text/);
  });

  test('leaves out by name what can not be read, and a class too small for a part is said', async () => {
    putPhotos(photos(), [...numbered('cats/', 30), 'dogs/only.jpg']);
    put(photos(), 'cats/empty.jpg', '');
    if (process.platform !== 'win32') fs.symlinkSync('nowhere', path.join(photos(), 'cats/link.jpg'));
    const { result: split, lines } = await printed(() => share({ verbose: 1 }));
    assert.deepEqual(split.leftOut.slice(0, 1), [{ filename: 'cats/empty.jpg', reason: 'empty file' }]);
    if (process.platform !== 'win32')
      assert.deepEqual(split.leftOut[1], { filename: 'cats/link.jpg', reason: 'no such file' });
    assert.equal(sides(split).size, 31);
    assert(lines.includes('Left out: cats/empty.jpg (empty file).'));
    assert.equal(lines.filter((line) => /^Warning: no photo of dogs in /.test(line)).length, 2);
  });

  test('links what lies at the end of a link', async (context) => {
    if (process.platform === 'win32') return context.skip('links need a right of their own here');
    putPhotos(dir, ['elsewhere/1.jpg']);
    putPhotos(photos(), ['cats/2.jpg', 'dogs/3.jpg'], 5);
    fs.symlinkSync('../../elsewhere/1.jpg', path.join(photos(), 'cats/1.jpg'));
    const split = await share();
    const [file] = filesBelow(out()).filter((name) => name.endsWith('cats/1.jpg'));
    assert(fs.lstatSync(path.join(out(), file!)).isFile());
    assert.equal(split.files.linked, 3);
  });

  test('writes into a folder of its own beside the tutorial’s, unless told otherwise', async () => {
    putPhotos(photos(), [...numbered('cats/', 5), ...numbered('dogs/', 5, 50)]);
    putPhotos(path.join(dir, 'other', 'photos'), [...numbered('cats/', 5), ...numbered('dogs/', 5, 50)]);
    const one = await splitDataset(photos(), { validation: 0.4, seed: 1, verbose: 0 });
    const two = await splitDataset(path.join(dir, 'other', 'photos'), {
      validation: 0.4,
      seed: 1,
      verbose: 0,
    });
    assert.match(path.relative(path.join(dir, 'data'), one.trainDir), /^photos-split-[0-9a-f]{6}.train$/);
    assert.notEqual(one.trainDir, two.trainDir);
    assert.equal(one.testDir, undefined);
    assert.equal(one.counts.test, undefined);
    await assert.rejects(
      share({ outDir: path.join(photos(), 'split') }),
      /`outDir`: expected a folder outside/,
    );
    await assert.rejects(share({ outDir: photos() }), /`outDir`/);
  });

  test('takes a folder whose names tell the class, and the folder within an unpacked zip', async () => {
    putPhotos(photos(), [...numbered('rose.', 10), ...numbered('Tulip.', 10)]);
    const { counts } = await share();
    assert.deepEqual(Object.keys(counts.train), ['rose', 'tulip']);
    putPhotos(path.join(dir, 'download'), [
      ...numbered('flowers/rose/', 10),
      ...numbered('flowers/tulip/', 10),
    ]);
    const nested = await splitDataset(path.join(dir, 'download'), { validation: 0.4, seed: 1, verbose: 0 });
    assert.deepEqual(Object.keys(nested.counts.train), ['rose', 'tulip']);
  });

  test('refuses shares that leave nothing, a missing seed, photos without classes and photos split already', async () => {
    putPhotos(photos(), numbered('cats/', 2));
    await assert.rejects(share({ validation: 0.9, test: 0.1 }), /together more than 0 and less than 1/);
    await assert.rejects(share({ validation: 0, test: 0 }), /together more than 0/);
    await assert.rejects(share({ validation: -0.1 }), /`validation`/);
    await assert.rejects(share({ seed: undefined }), /`seed`: expected an integer/);
    const flat = path.join(dir, 'flat');
    putPhotos(flat, ['a.jpg', 'b.jpg']);
    await assert.rejects(
      splitDataset(flat, { validation: 0.2, seed: 1 }),
      /flat: expected a folder for each class.*2 photos in no class folder/,
    );
    const split = path.join(dir, 'split');
    putPhotos(split, ['train/a/1.jpg', 'train/b/1.jpg', 'validation/a/1.jpg', 'validation/b/1.jpg']);
    await assert.rejects(splitDataset(split, { validation: 0.2, seed: 1 }), /not split yet/);
    await assert.rejects(
      splitDataset(path.join(dir, 'none'), { validation: 0.2, seed: 1 }),
      /none: expected .*found no such folder/,
    );
  });
});

describe('splitDataset() that is stopped', () => {
  const script = (verbose = 0) => `
    const { splitDataset } = require('./src/datasets/split/split-dataset');
    splitDataset(${JSON.stringify(photos())}, { validation: 0.2, test: 0.1, seed: 1, verbose: ${verbose}, outDir: ${JSON.stringify(out())} })
      .then(({ files }) => console.log(JSON.stringify(files)), (error) => console.log(error.message));`;
  const start = () =>
    spawn(process.execPath, ['--require', 'tsx/cjs', '-e', script()], {
      cwd: path.resolve(__dirname, '../../..'),
    });

  test('is completed by the next run after a kill at any moment, and nothing is half or astray', async () => {
    putPhotos(photos(), [...numbered('cats/', 1500), ...numbered('dogs/', 1500, 2000)]);
    for (const atLeast of [1, 700, 1500]) {
      fs.rmSync(path.join(out(), 'validation'), { recursive: true, force: true });
      const child = start();
      const ended = once(child, 'exit');
      while (child.exitCode === null && (fs.existsSync(out()) ? filesBelow(out()).length : 0) < atLeast)
        await sleep(5);
      child.kill('SIGKILL');
      await ended;
    }
    const split = await share();
    const all = sides(split);
    assert.equal(all.size, 3000);
    for (const [file, part] of all)
      assert.deepEqual(
        fs.readFileSync(path.join(out(), part, file)),
        fs.readFileSync(path.join(photos(), file)),
      );
    assert.deepEqual(
      filesBelow(out()).filter((name) => !name.endsWith('.jpg')),
      ['.little-data-split.json'],
    );
    assert.equal((await share()).files.kept, 3000);
  });

  test('runs in several processes at once, one after the other, and leaves one whole split', async () => {
    putPhotos(photos(), [...numbered('cats/', 300), ...numbered('dogs/', 300, 2000)]);
    const texts = await Promise.all(
      [start(), start(), start()].map(async (child) => {
        let text = '';
        child.stdout.on('data', (chunk) => {
          text += chunk;
        });
        await once(child, 'close');
        return text;
      }),
    );
    const files = texts.map((text) => JSON.parse(text) as Split['files']);
    assert.deepEqual(files.map(({ linked }) => linked).sort(), [0, 0, 600]);
    assert.deepEqual(files.map(({ kept }) => kept).sort(), [0, 600, 600]);
    assert.equal(sides(await share()).size, 600);
    assert.deepEqual(
      filesBelow(out()).filter((name) => !name.endsWith('.jpg')),
      ['.little-data-split.json'],
    );
  });
});

/** Every file below a folder with its inode and the time of its last change. */
function snapshot(folder: string): unknown {
  return filesBelow(folder).map((name) => {
    const { ino, mtimeMs, ctimeMs } = fs.statSync(path.join(folder, name));
    return [name, ino, mtimeMs, ctimeMs];
  });
}

test('splitDataset() leaves no empty folder of a class that there is no more', async () => {
  const photos = path.join(dir, 'fewer');
  putPhotos(photos, ['a/1.png', 'a/2.png', 'a/3.png', 'b/1.png']);
  const options = { validation: 0.4, seed: 1, outDir: path.join(dir, 'fewer-split'), verbose: 0 };
  const { counts, trainDir, validationDir } = await splitDataset(photos, options);
  const isEmpty = counts.train.b === 0 ? trainDir : validationDir;
  assert.deepEqual(fs.readdirSync(isEmpty).sort(), ['a', 'b']);
  fs.renameSync(path.join(photos, 'b/1.png'), path.join(photos, 'a/4.png'));
  fs.rmdirSync(path.join(photos, 'b'));
  await splitDataset(photos, options);
  for (const folder of [trainDir, validationDir])
    assert.deepEqual(
      fs.readdirSync(folder).filter((name) => name !== 'a'),
      [],
    );
});

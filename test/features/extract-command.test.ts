import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { ImageDataGenerator } from '../../src/datasets/batches/image-data-generator';
import { extractCommand } from '../../src/features/extract-command';
import { np } from '../../src/features/np';
import { predictToFile } from '../../src/features/predict-generator';
import { recipeOf } from '../../src/features/recipe';
import { featureStore } from '../../src/features/store/feature-store';
import { readRow, writeRow } from '../../src/features/store/row-file';
import { featureKey, photoHash } from '../../src/features/store/store';
import { baseNamed } from '../../src/networks/base-named';
import { tf } from '../../src/tensorflow';
import { differenceOf, needsDriver, software } from '../networks/gpu/software';
import { projectRoot } from '../run-node';
import { flowOf, lite0 } from './cluster/lite0';
import { photoFolder, printed, temporary } from './tiny';

let place: ReturnType<typeof temporary>;
let dir: string;
before(lite0);
after(async () => (await lite0()).dispose());
beforeEach(() => {
  place = temporary();
  dir = photoFolder(path.join(place.dir, 'photos'), { cats: 3, dogs: 2 });
});
afterEach(() => place.remove());

const lite = ['--base', 'EfficientNetLite0', '--pooling', 'avg'];

/** Runs the program as `npm run extract` does. */
function program(args: readonly string[], input = '', env: NodeJS.ProcessEnv = {}) {
  return spawnSync(process.execPath, ['scripts/extract.mjs', ...args], {
    cwd: projectRoot,
    encoding: 'utf8',
    input,
    env: { ...process.env, LITTLE_DATA_CLUSTER: '', ...env },
  });
}

/** Runs the command in this process. */
const command = (...args: string[]) =>
  extractCommand(args, { input: new PassThrough().end(), say: () => undefined });

describe('npm run extract', () => {
  test('writes what predictToFile() writes, with its metadata', async () => {
    const [own, file] = ['own.npy', 'file.npy'].map((name) => path.join(place.dir, name)) as [string, string];
    await predictToFile(await lite0(), await flowOf(dir, { batchSize: 16 }), { file: own, verbose: 0 });
    featureStore.clear();
    const { status, stdout, stderr } = program([dir, ...lite, '--out', file]);
    assert.equal(status, 0, stderr);
    assert.match(stdout, /file\.npy: float32 \[5, 1280\]/);
    assert.deepEqual(fs.readFileSync(file), fs.readFileSync(own));
    assert.deepEqual(fs.readFileSync(`${file}.json`), fs.readFileSync(`${own}.json`));
  });

  test('without a folder computes the photos that standard input names, and says so in lines of JSON', () => {
    const photo = path.join(dir, 'cats', 'cats.000.png');
    const { status, stdout, stderr } = program(lite, `${photo}\n`);
    assert.equal(status, 0, stderr);
    const said = stdout
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line));
    assert.deepEqual(said.at(-1), { id: 'list', photos: [{ hash: photoHash(fs.readFileSync(photo)) }] });
    assert.equal(featureStore.info().rows, 1);
    const gone = program(lite, '/nowhere/1.jpg\n');
    assert.equal(gone.status, 1);
    assert.match(gone.stdout, /"error":".*are gone/);
  });

  test('says what is missing in one line', () => {
    const { status, stderr } = program([dir]);
    assert.equal(status, 1);
    const lines = stderr.trimEnd().split('\n');
    assert.match(
      lines.at(-1)!,
      /^npm run extract: expected .* found no --base\. The README lists the options\.$/,
    );
  });

  test('refuses arguments that do not go together', async () => {
    const out = ['--out', path.join(place.dir, 'a.npy')];
    await assert.rejects(command(dir, ...lite), /found no --out/);
    await assert.rejects(command(dir, dir, ...lite, ...out), /found .*photos .*photos/);
    await assert.rejects(command(...lite, ...out), /found no folder/);
    await assert.rejects(command(), /found neither a folder nor --base/);
    await assert.rejects(command(dir, ...lite, ...out, '--mixed'), /found --mixed without --cluster/);
    await assert.rejects(command(dir, ...lite, ...out, '--cluster', 'here'), /`cluster`: expected 'local:2'/);
    await assert.rejects(
      command(dir, ...lite, ...out, '--cluster', 'local:1', '--paths', '/a'),
      /`--paths`: expected a folder here/,
    );
    await assert.rejects(
      command(dir, ...lite, ...out, '--size', 'big'),
      /`--size`: expected height and width/,
    );
    await assert.rejects(command(dir, ...lite, ...out, '--batch', '0'), /`batch`/);
    await assert.rejects(command(dir, ...lite, ...out, '--precision', 'float16'), /`precision`/);
    await assert.rejects(command(dir, ...lite, ...out, '--preprocessing', 'mine'), /"mine"/);
  });

  test('prepares photos as its arguments say', async () => {
    const file = path.join(place.dir, 'a.npy');
    const more = ['--size', '64x96', '--rescale', '0.5', '--preprocessing', 'vgg16.preprocessInput'];
    await printed(() => command(dir, ...lite, '--out', file, ...more));
    const { recipe } = JSON.parse(fs.readFileSync(`${file}.json`, 'utf8'));
    assert.deepEqual(recipe.targetSize, [64, 96]);
    assert.equal(recipe.preprocessing.rescale, 0.5);
    assert.equal(recipe.preprocessing.function, 'vgg16.preprocessInput');
  });
});

test('npm run extract --device gpu: a worker keeps rows of the graphics card, and says which one it is', async (context) => {
  if (!needsDriver(context)) return;
  const photo = path.join(dir, 'cats', 'cats.000.png');
  const small = [...lite, '--size', '64x64'];
  const worked = (args: readonly string[]) => {
    const { status, stdout, stderr } = program(args, `${photo}\n`, software);
    assert.equal(status, 0, stderr);
    return stdout
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line));
  };
  const [ready] = worked([...small, '--device', 'gpu']);
  assert.match(ready.ready, /^WebGPU, .*SwiftShader/);
  assert.equal(featureStore.info().rows, 1);
  worked(small);
  assert.equal(featureStore.info().rows, 2);

  // The same photo, by this process, takes the processor's row and none of the card's.
  const base = await lite0();
  const rowOn = async (device: 'cpu' | 'gpu') => {
    const { generator, flow } = base.recommended;
    const { photos } = new ImageDataGenerator(generator).flowFromDirectory(dir, {
      ...{ ...flow, targetSize: [64, 64], classMode: null, shuffle: false, verbose: 0 },
    });
    const recipe = recipeOf(base, photos.preparation, { device });
    return readRow(featureKey(photoHash(fs.readFileSync(photo)), recipe!))!;
  };
  const difference = differenceOf(await rowOn('gpu'), await rowOn('cpu'));
  assert.ok(difference > 0 && difference < 1e-3, String(difference));
});

test('predictToFile() on a cluster of graphics cards gathers their rows, and needs no card itself', async (context) => {
  const { now } = Date;
  // Files count as left alone only after a while: then their hashes are known without a worker.
  context.mock.method(Date, 'now', () => now() + 10_000);
  const file = path.join(place.dir, 'gpu.npy');
  await predictToFile(await lite0(), await flowOf(dir), { file, verbose: 0 });
  const base = await baseNamed('EfficientNetLite0', { pooling: 'avg', device: 'gpu' });
  const { photos } = await flowOf(dir);
  const recipe = recipeOf(base, photos.preparation, { device: 'gpu' })!;
  for (const [i, photo] of photos.files.entries())
    await writeRow(featureKey(photoHash(fs.readFileSync(photo)), recipe), new Float32Array(1280).fill(i));
  await predictToFile(base, await flowOf(dir), { file, cluster: 'local:1', verbose: 0 });
  const rows = np.load(file);
  const first = tf.tidy(() => [...rows.slice([0, 0], [photos.files.length, 1]).dataSync()]);
  assert.deepEqual(first, [...photos.files.keys()]);
  tf.dispose(rows);
  base.dispose();
});

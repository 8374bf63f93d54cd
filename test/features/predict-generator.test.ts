import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, before, beforeEach, test } from 'node:test';
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import { PhotoBatches } from '../../src/datasets/batches/photo-batches';
import { namePreprocessing } from '../../src/datasets/batches/preprocessing';
import { np } from '../../src/features/np';
import { readMetadata } from '../../src/features/npy-metadata';
import { predictGenerator, predictToFile } from '../../src/features/predict-generator';
import { provenanceOf } from '../../src/features/provenance';
import { featureStore } from '../../src/features/store/feature-store';
import { UnreadablePhoto } from '../../src/images/unreadable-photo';
import { VGG16 } from '../../src/networks/vgg16';
import { InterruptedError } from '../../src/notebook/interrupt';
import { tensorflowReady, tf } from '../../src/tensorflow';
import { colour, flow, photoFolder, picture, printed, temporary, tinyNetwork } from './tiny';

before(tensorflowReady);

let dir: string;
let remove: () => void;
beforeEach(() => {
  ({ dir, remove } = temporary());
});
afterEach(() => remove());

const quiet = { verbose: 0 };
const photos = () => path.join(dir, 'photos');

test('predictGenerator() gives each photo its row, with a last partial batch', async () => {
  photoFolder(photos(), { cats: 5, dogs: 4 });
  const { model, batches } = tinyNetwork();
  const generator = flow(photos());
  const features = await predictGenerator(model, generator, quiet);
  assert.deepEqual(features.shape, [9, 2, 2, 5]);
  assert.deepEqual(batches, [4, 4, 1]);
  const noted = provenanceOf(features)!;
  assert.deepEqual(noted.filenames, generator.filenames);
  assert.deepEqual(noted.labels, [0, 0, 0, 0, 0, 1, 1, 1, 1]);
  assert.equal(noted.hashes!.length, 9);
  for (const [row, n] of [0, 1, 2, 3, 4, 1000, 1001, 1002, 1003].entries()) {
    const alone = tf.tidy(() => {
      const x = tf.tile(tf.tensor(colour(n), [1, 1, 1, 3]), [1, 4, 4, 1]);
      return (model.predict(x) as typeof features).dataSync();
    });
    const values = tf.tidy(() => features.slice([row], [1]).dataSync());
    // One photo alone or four at once: the library may add up in another order.
    for (const [i, value] of alone.entries()) assert.ok(Math.abs(value - values[i]!) < 1e-4);
  }
  features.dispose();
});

test('predictGenerator() has begun to decode the next batch when the network begins with one', async (context) => {
  photoFolder(photos(), { cats: 12 });
  const { model, after } = tinyNetwork();
  const generator = flow(photos());
  let begun = 0;
  const { pixels } = PhotoBatches.prototype;
  context.mock.method(PhotoBatches.prototype, 'pixels', function (this: PhotoBatches, photo: Uint8Array) {
    begun++;
    return pixels.call(this, photo);
  });
  const begunBy: number[] = [];
  after.batch = () => begunBy.push(begun);
  (await predictGenerator(model, generator, quiet)).dispose();
  assert.equal(begunBy.length, 3);
  assert.ok(begunBy[0]! >= 8, `${begunBy}`);
  assert.equal(begunBy[1], 12);
});

test('predictGenerator() computes nothing twice, bit for bit', async () => {
  photoFolder(photos(), { cats: 6, dogs: 5 });
  const { model, batches } = tinyNetwork();
  const first = await predictGenerator(model, flow(photos()), quiet);
  batches.length = 0;
  const second = await predictGenerator(model, flow(photos(), { batchSize: 3 }), quiet);
  assert.deepEqual(batches, []);
  assert.deepEqual(second.dataSync(), first.dataSync());
  assert.deepEqual(provenanceOf(second), provenanceOf(first));
  tf.dispose([first, second]);
});

test('predictGenerator() computes renamed, moved and copied photos no more, changed ones again', async () => {
  photoFolder(photos(), { cats: 4, dogs: 4 });
  const { model, batches } = tinyNetwork();
  (await predictGenerator(model, flow(photos()), quiet)).dispose();
  batches.length = 0;
  const file = (name: string) => path.join(photos(), name);
  fs.renameSync(file('cats/cats.000.png'), file('cats/z.png'));
  fs.renameSync(file('cats/cats.001.png'), file('dogs/moved.png'));
  fs.copyFileSync(file('dogs/dogs.000.png'), file('dogs/copy.png'));
  const moved = flow(photos());
  const features = await predictGenerator(model, moved, quiet);
  assert.deepEqual(batches, []);
  assert.equal(features.shape[0], moved.samples);
  fs.writeFileSync(file('dogs/dogs.002.png'), picture(77));
  const changed = await predictGenerator(model, flow(photos()), quiet);
  assert.deepEqual(batches, [1]);
  const row = moved.filenames.indexOf('dogs/dogs.002.png');
  const [before, after] = [features, changed].map((t) => tf.tidy(() => t.slice([row], [1]).dataSync()));
  assert.notDeepEqual(before, after);
  tf.dispose([features, changed]);
});

test('predictGenerator() does not read a file again that it knows, unless it was changed', async (t) => {
  photoFolder(photos(), { cats: 3, dogs: 3 });
  const file = path.join(photos(), 'cats/cats.001.png');
  const { model, batches } = tinyNetwork();
  const opened = t.mock.method(fs.promises, 'open').mock;
  const run = async () => {
    opened.resetCalls();
    batches.length = 0;
    (await predictGenerator(model, flow(photos()), quiet)).dispose();
    return { read: opened.callCount(), computed: batches.reduce((a, b) => a + b, 0) };
  };
  // Files this new may change again without another time: they are read each time.
  assert.deepEqual(await run(), { read: 6, computed: 6 });
  assert.deepEqual(await run(), { read: 6, computed: 0 });
  const { now } = Date;
  t.mock.method(Date, 'now', () => now() + 10_000);
  assert.deepEqual(await run(), { read: 6, computed: 0 });
  assert.deepEqual(await run(), { read: 0, computed: 0 });
  const { atime, mtime, size } = fs.statSync(file);
  const other = Array.from({ length: 200 }, (_, n) => picture(2000 + n)).find(
    (bytes) => bytes.length === size,
  );
  fs.writeFileSync(file, other!);
  fs.utimesSync(file, atime, mtime);
  assert.deepEqual(await run(), { read: 1, computed: 1 });
});

test('predictGenerator() computes copies within a folder once', async () => {
  photoFolder(photos(), { cats: 2, dogs: 1 });
  for (let i = 0; i < 9; i++)
    fs.copyFileSync(path.join(photos(), 'cats/cats.000.png'), path.join(photos(), `cats/copy${i}.png`));
  const { model, batches } = tinyNetwork();
  const features = await predictGenerator(model, flow(photos(), { batchSize: 2 }), quiet);
  assert.equal(
    batches.reduce((a, b) => a + b),
    3,
  );
  assert.equal(features.shape[0], 12);
  features.dispose();
});

test('predictGenerator() keeps what was made otherwise apart', async () => {
  photoFolder(photos(), { cats: 2, dogs: 2 });
  const { model, batches } = tinyNetwork();
  const run = async (network: typeof model, options: Parameters<typeof flow>[1]) => {
    batches.length = 0;
    (await predictGenerator(network, flow(photos(), options), quiet)).dispose();
    return batches.length;
  };
  assert.equal(await run(model, {}), 1);
  assert.equal(await run(model, { rescale: 1 / 255 }), 1);
  assert.equal(await run(model, { targetSize: [6, 4] }), 1);
  assert.equal(await run(model, { exifOrientation: 'ignore' }), 1);
  assert.equal(await run(model, {}), 0);
  const other = tinyNetwork({ weight: 0.02 });
  (await predictGenerator(other.model, flow(photos()), quiet)).dispose();
  assert.deepEqual(other.batches, [4]);
  assert.equal(featureStore.info().rows, 20);
});

test('predictGenerator() leaves a broken photo out with its label', async () => {
  photoFolder(photos(), { cats: 5, dogs: 5 });
  fs.writeFileSync(path.join(photos(), 'cats/cats.002.png'), picture(2).subarray(0, 50));
  const { model } = tinyNetwork();
  const generator = flow(photos());
  let features = tf.tensor([0]);
  const lines = await printed(async () => {
    features.dispose();
    features = (await predictGenerator(model, generator, quiet)) as never;
  });
  assert.match(lines.join('\n'), /Left out, with its label: cats\/cats\.002\.png/);
  assert.deepEqual(features.shape, [9, 2, 2, 5] as never);
  assert.equal(generator.filenames.length, 9);
  assert.deepEqual(generator.classes, [0, 0, 0, 0, 1, 1, 1, 1, 1]);
  const noted = provenanceOf(features)!;
  assert.deepEqual(noted.filenames, generator.filenames);
  assert.deepEqual(Object.keys(noted.leftOut!), ['cats/cats.002.png']);
  features.dispose();
});

test('predictGenerator() refuses a list of which photos went, and says which cells to run', async () => {
  photoFolder(photos(), { cats: 5, dogs: 5 });
  const generator = flow(photos());
  for (const name of generator.filenames.slice(1, 3)) fs.rmSync(path.join(photos(), name));
  await assert.rejects(predictGenerator(tinyNetwork().model, generator, quiet), {
    message:
      /expected the 10 photos that were listed here, found that 2 of them are gone, such as .*flowFromDirectory/,
  });
});

test('predictGenerator() with strict names the first broken photo', async () => {
  photoFolder(photos(), { cats: 5, dogs: 5 });
  fs.writeFileSync(path.join(photos(), 'cats/cats.002.png'), '');
  fs.writeFileSync(path.join(photos(), 'dogs/dogs.002.png'), '');
  const generator = flow(photos());
  await assert.rejects(
    predictGenerator(tinyNetwork().model, generator, { verbose: 0, strict: true }),
    (error) => error instanceof UnreadablePhoto && /cats\.002\.png.*empty file/.test(error.message),
  );
  assert.equal(generator.samples, 10);
});

test('predictGenerator() refuses a folder without a readable photo', async () => {
  photoFolder(photos(), { cats: 1, dogs: 1 });
  for (const name of ['cats/cats.000.png', 'dogs/dogs.000.png'])
    fs.writeFileSync(path.join(photos(), name), '');
  await printed(() =>
    assert.rejects(predictGenerator(tinyNetwork().model, flow(photos()), quiet), /none among 2/),
  );
});

test('predictGenerator() goes on after an interrupt where it stopped', async () => {
  photoFolder(photos(), { cats: 10, dogs: 10 });
  const { model, batches, after } = tinyNetwork();
  after.batch = () => {
    if (batches.length === 2) process.emit('SIGINT');
  };
  await assert.rejects(
    predictGenerator(model, flow(photos()), quiet),
    (error) => error instanceof InterruptedError && /after 8 of 20 photos\..* kept/.test(error.message),
  );
  assert.deepEqual(batches, [4, 4]);
  const features = await predictGenerator(model, flow(photos()), quiet);
  assert.deepEqual(batches, [4, 4, 4, 4, 4]);
  assert.equal(features.shape[0], 20);
  features.dispose();
});

test('predictGenerator() leaves one tensor behind, its result, and none after an error', async () => {
  photoFolder(photos(), { cats: 3, dogs: 3 });
  const { model, after } = tinyNetwork();
  const before = tf.memory().numTensors;
  const features = await predictGenerator(model, flow(photos()), quiet);
  assert.equal(tf.memory().numTensors, before + 1);
  features.dispose();
  after.batch = () => {
    throw new Error('out of memory');
  };
  await assert.rejects(predictGenerator(model, flow(photos(), { rescale: 2 }), quiet), /out of memory/);
  assert.equal(tf.memory().numTensors, before);
});

test('predictGenerator() works without a store where the preprocessing has no name', async () => {
  photoFolder(photos(), { cats: 3, dogs: 3 });
  const { model, batches } = tinyNetwork();
  const options = { preprocessingFunction: <T>(x: T) => x };
  const file = path.join(dir, 'f.npy');
  const features = await predictGenerator(model, flow(photos(), options), quiet);
  await predictToFile(model, flow(photos(), options), { file, ...quiet });
  assert.deepEqual(batches, [4, 2, 4, 2]);
  const { recipe, ...known } = provenanceOf(features)!;
  assert.equal(recipe, undefined);
  assert.deepEqual(known.classIndices, { cats: 0, dogs: 1 });
  assert.deepEqual(known.labels, [0, 0, 0, 1, 1, 1]);
  const loaded = np.load(file);
  assert.deepEqual(loaded.dataSync(), features.dataSync());
  assert.deepEqual(provenanceOf(loaded), provenanceOf(features));
  assert.equal(featureStore.info().rows, 0);
  tf.dispose([features, loaded]);
});

test('predictGenerator() computes on where the store can not be used', async () => {
  photoFolder(photos(), { cats: 2, dogs: 2 });
  fs.mkdirSync(path.join(dir, 'data', 'cache'), { recursive: true });
  fs.writeFileSync(path.join(dir, 'data', 'cache', 'features'), 'a file in the place of the folder');
  const lines = await printed(async () => {
    const features = await predictGenerator(tinyNetwork().model, flow(photos()), quiet);
    assert.equal(provenanceOf(features)!.hashes!.length, 4);
    features.dispose();
  });
  assert.match(lines.join('\n'), /The feature store .* fails/);
});

test('predictGenerator() refuses a shuffled generator, an unknown option and a precision that is not there', async () => {
  photoFolder(photos(), { cats: 2, dogs: 2 });
  const { model } = tinyNetwork();
  const generator = flow(photos());
  Object.assign(generator, { shuffle: true });
  await assert.rejects(predictGenerator(model, generator), /shuffle: false/);
  await assert.rejects(predictGenerator(model, flow(photos()), { verbos: 0 } as never), /`verbos`/);
  await assert.rejects(
    predictGenerator(model, flow(photos()), { precision: 'float8' as never }),
    /`precision`: expected one of "float32", "bfloat16"/,
  );
});

test('predictToFile() writes what predictGenerator() gives, with its note', async () => {
  photoFolder(photos(), { cats: 5, dogs: 4 });
  fs.writeFileSync(path.join(photos(), 'cats/cats.001.png'), '');
  const { model } = tinyNetwork();
  const file = path.join(dir, 'sub', 'f.npy');
  const numTensors = tf.memory().numTensors;
  await printed(async () => {
    const result = await predictToFile(model, flow(photos()), { file, ...quiet });
    assert.deepEqual(result, { file, shape: [8, 2, 2, 5] });
    assert.equal(tf.memory().numTensors, numTensors);
    const features = await predictGenerator(model, flow(photos()), quiet);
    const loaded = np.load(file);
    assert.deepEqual(loaded.shape, features.shape);
    assert.deepEqual(loaded.dataSync(), features.dataSync());
    assert.deepEqual(provenanceOf(loaded), provenanceOf(features));
    np.save(path.join(dir, 'saved.npy'), features);
    assert.deepEqual(readMetadata(path.join(dir, 'saved.npy')), readMetadata(file));
    tf.dispose([features, loaded]);
  });
  assert.deepEqual(fs.readdirSync(path.dirname(file)).sort(), ['f.npy', 'f.npy.json']);
});

/** As a `.npy` file begins. */
const earlier = Buffer.from('\x93NUMPY earlier', 'latin1');

test('predictToFile() replaces no photo and no other file, and says so before it computes', async () => {
  const { model, batches } = tinyNetwork();
  const photos = photoFolder(path.join(dir, 'photos'), { cats: 2, dogs: 1 });
  const photo = path.join(photos, 'cats/cats.000.png');
  await assert.rejects(
    predictToFile(model, flow(photos), { file: photo, verbose: 0 }),
    /cats\.000\.png: expected no file, or an earlier \.npy file/,
  );
  const file = path.join(dir, 'features.npy');
  fs.writeFileSync(`${file}.json`, '{"mine": 1}');
  await assert.rejects(predictToFile(model, flow(photos), { file, verbose: 0 }), /features\.npy\.json/);
  assert.deepEqual(batches, []);
  assert.equal(fs.existsSync(file), false);
  assert.deepEqual(fs.readFileSync(photo), picture(0));
  assert.equal(fs.readFileSync(`${file}.json`, 'utf8'), '{"mine": 1}');
});

test('predictToFile() leaves the earlier file where it is interrupted, and nothing else', async () => {
  photoFolder(photos(), { cats: 6, dogs: 6 });
  const { model, after } = tinyNetwork();
  const file = path.join(dir, 'f.npy');
  fs.writeFileSync(file, earlier);
  const left = `${file}.${'0'.repeat(12)}-1-1-01234567.part`;
  fs.writeFileSync(left, 'left by a process that was killed');
  fs.utimesSync(left, 0, 0);
  after.batch = () => process.emit('SIGINT');
  await assert.rejects(predictToFile(model, flow(photos()), { file, ...quiet }), InterruptedError);
  assert.deepEqual(fs.readFileSync(file), earlier);
  assert.deepEqual(
    fs.readdirSync(dir).filter((name) => name.startsWith('f.npy')),
    ['f.npy'],
  );
});

/** Runs `predictToFile` in a process of its own; kills it after as many batches, if wanted. */
async function child(
  file: string,
  { killAfter = 0 } = {},
): Promise<{ batches: number; code: number | null }> {
  const script = path.join(__dirname, 'predict-child.ts');
  const running = spawn(process.execPath, ['--import', 'tsx', script, photos(), file], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' },
  });
  let text = '';
  running.stdout.on('data', (part: Buffer) => {
    text += part;
    if (killAfter > 0 && text.split('batch').length > killAfter) running.kill('SIGKILL');
  });
  const code = await new Promise<number | null>((resolve) => running.on('close', resolve));
  return { batches: text.split('batch').length - 1, code };
}

test('predictToFile() goes on after a kill with what was computed', async () => {
  photoFolder(photos(), { cats: 40, dogs: 40 });
  const file = path.join(dir, 'f.npy');
  const killed = await child(file, { killAfter: 6 });
  assert.equal(killed.code, null);
  assert.equal(fs.existsSync(file), false);
  const rest = await child(file);
  assert.equal(rest.code, 0);
  // 20 batches of 4; the last one of the killed run, and the one that was being written, may be lost.
  assert.ok(rest.batches <= 20 - killed.batches + 2, `${killed.batches} + ${rest.batches}`);
  assert.deepEqual(fs.readdirSync(dir).sort(), ['data', 'f.npy', 'f.npy.json', 'photos']);
  const [loaded, expected] = [
    np.load(file),
    await predictGenerator(tinyNetwork().model, flow(photos()), quiet),
  ];
  assert.deepEqual(loaded.dataSync(), expected.dataSync());
  tf.dispose([loaded, expected]);
});

test('predictToFile() by two processes at once leaves one whole file', async () => {
  photoFolder(photos(), { cats: 20, dogs: 20 });
  const file = path.join(dir, 'f.npy');
  const both = await Promise.all([child(file), child(file)]);
  assert.deepEqual(
    both.map(({ code }) => code),
    [0, 0],
  );
  const loaded = np.load(file);
  assert.equal(loaded.shape[0], 40);
  assert.equal(provenanceOf(loaded)!.filenames.length, 40);
  loaded.dispose();
  assert.deepEqual(fs.readdirSync(dir).sort(), ['data', 'f.npy', 'f.npy.json', 'photos']);
});

test('predictToFile() says so where the disk is full, and leaves the earlier file', async (t) => {
  photoFolder(photos(), { cats: 150, dogs: 150 });
  const mount = path.join(dir, 'small');
  fs.mkdirSync(mount);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', mount], { stdio: 'pipe' });
  } catch {
    return t.skip('no right to mount a small disk');
  }
  const { statfsSync } = fs;
  try {
    const { model, batches } = tinyNetwork({ filters: 100 });
    const file = path.join(mount, 'f.npy');
    fs.writeFileSync(file, earlier);
    const run = () => predictToFile(model, flow(photos()), { file, ...quiet });
    await assert.rejects(run(), /f\.npy, .* kB .*Make room/);
    assert.deepEqual(batches, []);
    Object.assign(fs, { statfsSync: () => ({ bavail: 1e9, bsize: 4096 }) });
    await assert.rejects(run(), /disk is full.*f\.npy/);
    assert.deepEqual(fs.readFileSync(file), earlier);
    assert.deepEqual(fs.readdirSync(mount), ['f.npy']);
  } finally {
    Object.assign(fs, { statfsSync });
    execFileSync('umount', ['-l', mount]);
  }
});

test('predictGenerator() computes anew what an edited preprocessing function of the same name changes', async () => {
  photoFolder(photos(), { cats: 2, dogs: 2 });
  const { model, batches } = tinyNetwork();
  const run = async (mean: number) => {
    const apply = namePreprocessing('edited', <T extends Tensor>(x: T): T => x.sub(mean) as T);
    const features = await predictGenerator(model, flow(photos(), { preprocessingFunction: apply }), quiet);
    const values = features.dataSync();
    features.dispose();
    return values;
  };
  const first = await run(1);
  assert.deepEqual(await run(1), first);
  assert.equal(batches.length, 1);
  assert.notDeepEqual(await run(2), first);
  assert.equal(batches.length, 2);
});

test('predictGenerator() refuses photos of another size than the network takes, and too small ones', async () => {
  photoFolder(photos(), { cats: 1, dogs: 1 });
  const small = await VGG16({ weights: null });
  const fixed = await VGG16({ weights: null, inputShape: [48, 48, 3] });
  const of = (model: LayersModel, targetSize: [number, number]) =>
    predictGenerator(model, flow(photos(), { targetSize }), quiet);
  await assert.rejects(of(small, [31, 40]), /`targetSize`: .*32 x 32.* found \[31, 40\]/);
  await assert.rejects(of(fixed, [48, 64]), /`model`: .*\[48, 64\], found a network for \[48, 48\]/);
  tf.dispose([small, fixed].flatMap((model) => model.getWeights()));
});

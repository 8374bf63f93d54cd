import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { LayersModel } from '@tensorflow/tfjs-node';
import sharp from 'sharp';
import { exportPredictor } from '../../src/export/predictor';
import { predictPhoto } from '../../src/head/prediction/predict-photo';
import { tensorflowReady, tf } from '../../src/tensorflow';
import { needs } from '../fixtures/skip';
import { smallBase } from '../head/data';
import { projectRoot } from '../run-node';
import { calibrated, evaluationOf, flagged, headFor } from './heads';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'little-data-predictor-'));
const dir = path.join(root, 'predictor');
after(() => fs.rmSync(root, { recursive: true }));

/** Runs the exported command; the packages that `npm ci` would bring are those of the project. */
function run(...photos: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(dir, 'predict.mjs'), ...photos], {
    cwd: root,
    encoding: 'utf8',
  });
  const answers = stdout.split('\n').filter((line) => line !== '');
  return { status, stderr, answers: answers.map((line) => JSON.parse(line)) };
}

describe('exportPredictor()', () => {
  let base: LayersModel;
  let photos: string[];

  before(async () => {
    await tensorflowReady();
    base = smallBase();
    fs.symlinkSync(path.join(projectRoot, 'node_modules'), path.join(root, 'node_modules'), 'junction');
    const data = Uint8Array.from({ length: 120 * 90 * 3 }, (_, i) => (i * i * 31 + i * 7) % 256);
    const noise = () => sharp(data, { raw: { height: 120, width: 90, channels: 3 } });
    const files = {
      'turned.jpg': noise().jpeg().withMetadata({ orientation: 6 }),
      'grey.jpg': noise().greyscale().jpeg(),
      'clear.png': noise().ensureAlpha(0.3).png(),
      'odd name.webp': noise().resize(31, 20).webp({ lossless: true }),
      'turned.tiff': noise().tiff().withMetadata({ orientation: 6 }),
      'moving.gif': noise().gif(),
      'still.avif': noise().avif({ lossless: true }),
      'print.jpg': noise().toColourspace('cmyk').jpeg(),
    };
    photos = Object.keys(files);
    for (const [name, image] of Object.entries(files)) await image.toFile(path.join(root, name));
    // Phones write such a scan header into a sequential JPEG: spectral selection 1 to 62.
    const jpeg = await noise().jpeg().toBuffer();
    const scan = jpeg.indexOf(Buffer.from([0xff, 0xda]));
    jpeg.set([1, 62], scan + 2 + jpeg.readUInt16BE(scan + 2) - 3);
    fs.writeFileSync(path.join(root, 'scan.jpg'), jpeg);
    photos.push('scan.jpg');
  });
  after(() => base.dispose());

  for (const { classes, precision, ...prepared } of [
    { classes: 3, exifOrientation: 'apply', precision: 'float16' },
    { classes: 2, exifOrientation: 'apply' },
    { classes: 3, exifOrientation: 'ignore' },
    { classes: 2, exifOrientation: 'apply', resampling: 'bicubic', cropFraction: 0.875 },
  ] as {
    classes: number;
    precision?: 'float16';
    exifOrientation: 'apply' | 'ignore';
    resampling?: 'bicubic';
    cropFraction?: number;
  }[])
    test(`writes a command that answers as predictPhoto() does, ${classes} classes, ${JSON.stringify({ precision, ...prepared })}`, async () => {
      const head = headFor(base, { classes, ...prepared, targetSize: [48, 64], rescale: 1 / 255 });
      const written = await exportPredictor(head, dir, { base, ...(precision && { precision }) });
      assert.equal(written.dir, fs.realpathSync(dir));
      const { status, answers, stderr } = run(...photos);
      assert.equal(status, 0, stderr);
      assert.deepEqual(
        answers.map(({ photo }) => photo),
        photos,
      );
      for (const answer of answers) {
        const expected = await predictPhoto(path.join(root, answer.photo), { head, base });
        assert.equal(answer.className, expected.className);
        assert.deepEqual(Object.keys(answer.probabilities), Object.keys(expected.probabilities));
        // The same pixels; sums in another order, and more of them with a large base. float16 weights are within 1/2048 of themselves.
        const tolerance = precision === 'float16' ? 2e-3 : 1e-4;
        for (const [name, value] of Object.entries(expected.probabilities))
          assert(Math.abs(answer.probabilities[name] - value) < tolerance, `${answer.photo}: ${name}`);
      }
      head.dispose();
    });

  test('says what is unsure, by the calibrated probabilities, and how good the head is', async () => {
    const head = headFor(base, { classes: 3, targetSize: [48, 64], rescale: 1 / 255 });
    calibrated(head, { temperature: 0.25, threshold: 0 });
    const wanted = await Promise.all(
      photos.map((name) => predictPhoto(path.join(root, name), { head, base })),
    );
    const [low, high] = [Math.min, Math.max].map((most) => most(...wanted.map((own) => own.probability)));
    assert(high! - low! > 1e-3, `${low} ${high}`);
    calibrated(head, { temperature: 0.25, threshold: (low! + high!) / 2 });
    const classNames = ['kind 0', 'kind 1', 'kind 2'];
    const evaluation = evaluationOf({ right: 18, photos: 20, classNames });
    await exportPredictor(head, dir, { base, evaluation });
    assert.match(fs.readFileSync(path.join(dir, 'README.md'), 'utf8'), /20 photos .* 90\.0%/);
    for (const { photo, unsure, probabilities } of run(...photos).answers) {
      const expected = await predictPhoto(path.join(root, photo), { head, base });
      assert.equal(unsure, expected.unsure, photo);
      for (const [name, value] of Object.entries(expected.probabilities))
        assert(Math.abs(probabilities[name] - value) < 1e-4, `${photo}: ${name}`);
    }
    head.dispose();
  });

  for (const pooling of [false, true])
    test(`says which photo is unlike the train photos, ${pooling ? 'a base that pools' : 'features of places'}`, async () => {
      const shape = [null, null, 3] as unknown as number[];
      const kernelInitializer = tf.initializers.glorotUniform({ seed: 1 });
      const convolution = { kernelInitializer, filters: 4, kernelSize: 8, strides: 8, inputShape: shape };
      const layers = [tf.layers.conv2d(convolution), tf.layers.globalAveragePooling2d({})];
      const own = pooling ? tf.sequential({ layers }) : base;
      const head = headFor(own, { classes: 2, targetSize: [48, 64], rescale: 1 / 255, units: 0 });
      await flagged(head, { base: own, photos: photos.map((name) => path.join(root, name)) });
      await exportPredictor(head, dir, { base: own });
      const { answers, stderr } = run(...photos);
      assert.equal(new Set(answers.map(({ unlike }) => unlike)).size, 2, stderr);
      for (const { photo, unlike } of answers) {
        const expected = await predictPhoto(path.join(root, photo), { head, base: own });
        assert.equal(unlike, expected.unlike, photo);
      }
      head.dispose();
    });

  test('writes a command that goes on after what it can not read, and says so', () => {
    const whole = fs.readFileSync(path.join(root, 'grey.jpg'));
    fs.writeFileSync(path.join(root, 'cut.jpg'), whole.subarray(0, whole.length / 2));
    fs.writeFileSync(path.join(root, 'notes.txt'), 'text');
    const { status, answers } = run('cut.jpg', 'notes.txt', 'missing.jpg', 'grey.jpg');
    assert.equal(status, 1);
    for (const answer of answers.slice(0, 3)) assert.deepEqual(Object.keys(answer), ['photo', 'error']);
    assert.equal(answers[3].photo, 'grey.jpg');
    assert(answers[3].probability > 0);
    const none = run();
    assert.equal(none.status, 2);
    assert.match(none.stderr, /^Usage: node predict\.mjs photo\.jpg/);
  });

  test('writes a package with the versions of this one, and nothing left to fill in', () => {
    const { dependencies } = JSON.parse(fs.readFileSync(path.join(dir, 'package.json'), 'utf8'));
    const own = JSON.parse(fs.readFileSync(path.join(projectRoot, 'package.json'), 'utf8')).dependencies;
    for (const [name, version] of Object.entries(dependencies)) assert.equal(version, own[name], name);
    for (const name of fs.readdirSync(dir).filter((file) => file !== 'model'))
      assert.doesNotMatch(fs.readFileSync(path.join(dir, name), 'utf8'), /\{\{/, name);
  });

  test('writes a lock file of the packages that this one uses, by digest and without a host', () => {
    const read = (folder: string) =>
      JSON.parse(fs.readFileSync(path.join(folder, 'package-lock.json'), 'utf8'));
    const [locked, own] = [read(dir).packages, read(projectRoot).packages];
    const { dependencies } = JSON.parse(fs.readFileSync(path.join(dir, 'package.json'), 'utf8'));
    assert.deepEqual(locked[''].dependencies, dependencies);
    assert(Object.keys(locked).length > 50);
    for (const [name, { version, integrity, resolved }] of Object.entries<Record<string, string>>(locked)) {
      if (name === '') continue;
      assert.deepEqual([version, integrity], [own[name].version, own[name].integrity], name);
      assert.match(integrity!, /^sha512-/, name);
      assert.equal(resolved, undefined, name);
    }
  });

  test('can be installed as its README says', (t) => {
    const cache = path.join(projectRoot, '.cache', 'npm', '_cacache');
    if (
      !needs(
        t,
        fs.existsSync(cache),
        "there is no cache of npm's packages: delete node_modules, npm run setup",
      )
    )
      return;
    assert.match(fs.readFileSync(path.join(dir, 'README.md'), 'utf8'), /`npm ci --ignore-scripts`/);
    const copy = path.join(root, 'installed');
    fs.cpSync(dir, copy, { recursive: true });
    const args = [
      'ci',
      '--ignore-scripts',
      '--offline',
      '--no-audit',
      '--no-fund',
      '--cache',
      path.dirname(cache),
    ];
    const { status, stderr } = spawnSync('npm', args, {
      cwd: copy,
      encoding: 'utf8',
      shell: process.platform === 'win32',
    });
    assert.equal(status, 0, stderr);
    const photo = path.join(root, 'grey.jpg');
    const answer = spawnSync(process.execPath, ['predict.mjs', photo], { cwd: copy, encoding: 'utf8' });
    assert.equal(JSON.parse(answer.stdout).photo, photo, answer.stderr);
    assert(fs.existsSync(path.join(copy, 'node_modules', 'sharp', 'package.json')));
  });

  test('works beside another predictor and a TensorFlow.js of the program, and changes neither', () => {
    const second = path.join(root, 'second');
    fs.cpSync(dir, second, { recursive: true });
    const program = `
      const tf = require('@tensorflow/tfjs');
      (async () => {
        await tf.setBackend('cpu');
        const kept = tf.tensor1d([1, 2]);
        const [a, b] = await Promise.all(['./predictor/index.mjs', './second/index.mjs'].map((name) => import(name)));
        const [one, two] = await Promise.all([a.predict('grey.jpg'), b.predict('grey.jpg')]);
        console.log(JSON.stringify({ same: one.probability === two.probability, backend: tf.getBackend(), sum: kept.sum().dataSync()[0], tensors: tf.memory().numTensors }));
      })();`;
    const { stdout, stderr } = spawnSync(process.execPath, ['-e', program], { cwd: root, encoding: 'utf8' });
    const last = stdout.trim().split('\n').at(-1)!;
    assert.deepEqual(JSON.parse(last), { same: true, backend: 'cpu', sum: 3, tensors: 2 }, stderr);
  });

  test('is replaced by a new export after its packages were installed, and not after a change', async () => {
    const head = headFor(base, { classes: 2, targetSize: [48, 64], rescale: 1 });
    fs.mkdirSync(path.join(dir, 'node_modules', 'sharp'), { recursive: true });
    fs.writeFileSync(path.join(dir, 'node_modules', 'sharp', 'package.json'), '{}');
    await exportPredictor(head, dir, { base });
    assert(!fs.existsSync(path.join(dir, 'node_modules')));
    fs.appendFileSync(path.join(dir, 'predict.mjs'), '\n');
    await assert.rejects(exportPredictor(head, dir, { base }), /changes of yours \(predict\.mjs\)/);
    head.dispose();
  });

  test('refuses an option that it does not know', async () => {
    const options = { titel: 'x' } as object;
    await assert.rejects(exportPredictor('head.h5', dir, options), /exportPredictor: expected options among/);
  });
});

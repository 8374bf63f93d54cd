import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, before, beforeEach, test } from 'node:test';
import type { Tensor } from '@tensorflow/tfjs-node';
import { np } from '../../src/features/np';
import { predictGenerator } from '../../src/features/predict-generator';
import { provenanceOf } from '../../src/features/provenance';
import { tensorflowReady, tf } from '../../src/tensorflow';
import { flow, photoFolder, temporary, tinyNetwork } from './tiny';

before(tensorflowReady);

let dir: string;
let file: string;
let remove: () => void;
let features: Tensor;
beforeEach(async () => {
  ({ dir, remove } = temporary());
  file = path.join(dir, 'features.npy');
  const photos = photoFolder(path.join(dir, 'photos'), { cats: 3, dogs: 2 });
  features = await predictGenerator(tinyNetwork().model, flow(photos), { verbose: 0 });
});
afterEach(() => {
  features.dispose();
  remove();
});

/** Changes the note beside the file. */
function edit(change: (note: Record<string, unknown>) => void): void {
  const note = JSON.parse(fs.readFileSync(`${file}.json`, 'utf8'));
  change(note);
  fs.writeFileSync(`${file}.json`, JSON.stringify(note));
}

function refuses(message: RegExp): void {
  const before = tf.memory().numTensors;
  assert.throws(() => np.load(file), message);
  assert.equal(tf.memory().numTensors, before);
}

test('np.load() gives back what np.save() was given, with photos, hashes and labels', () => {
  np.save(file, features);
  const loaded = np.load(file);
  assert.deepEqual(loaded.shape, features.shape);
  assert.deepEqual(loaded.dataSync(), features.dataSync());
  assert.deepEqual(provenanceOf(loaded), provenanceOf(features));
  assert.equal(provenanceOf(loaded)!.hashes!.length, 5);
  loaded.dispose();
});

test('np.save() of other values removes the metadata of the earlier ones', () => {
  np.save(file, features);
  const plain = tf.tensor([1, 2]);
  np.save(file, plain);
  assert.equal(fs.existsSync(`${file}.json`), false);
  const loaded = np.load(file);
  assert.equal(provenanceOf(loaded), undefined);
  tf.dispose([plain, loaded]);
});

test('np.save() replaces no file that is no .npy file, such as a photo', () => {
  const photo = path.join(dir, 'photos/cats/cats.000.png');
  const bytes = fs.readFileSync(photo);
  assert.throws(() => np.save(photo, features), /cats\.000\.png: expected no file, or an earlier \.npy file/);
  assert.deepEqual(fs.readFileSync(photo), bytes);
  assert.deepEqual(fs.readdirSync(path.dirname(photo)), ['cats.000.png', 'cats.001.png', 'cats.002.png']);
});

test('np.load() refuses an array that is not the one that its metadata describes', () => {
  np.save(file, features);
  const other = path.join(dir, 'other.npy');
  const swapped = tf.tidy(() => features.reverse(0));
  np.save(other, swapped);
  fs.copyFileSync(other, file);
  refuses(/that of one with other values/);
  const shorter = tf.tidy(() => features.slice([0], [4]));
  np.save(other, shorter);
  fs.copyFileSync(other, file);
  refuses(/the photos of 4 rows, found 5 photos/);
  const reshaped = tf.tidy(() => features.reshape([5, -1]));
  np.save(other, reshaped);
  fs.copyFileSync(other, file);
  refuses(/the metadata of an array \[5, 20\], found that of one \[5, 2, 2, 5\]/);
  tf.dispose([swapped, shorter, reshaped]);
});

test('np.load() refuses metadata that do not hold together', () => {
  np.save(file, features);
  edit((note) => (note.labels as number[]).pop());
  refuses(/found 4 labels/);
  np.save(file, features);
  edit((note) => (note.hashes as string[]).pop());
  refuses(/found 4 hashes/);
  fs.rmSync(`${file}.json`);
  np.save(file, features);
  edit((note) => delete note.labels);
  refuses(/features\.npy\.json: expected the metadata .* at labels/);
});

test('np.load() takes the metadata of an earlier version, without hashes, digest and precision', () => {
  np.save(file, features);
  edit((note) => {
    delete note.hashes;
    delete note.data;
    delete note.leftOut;
    const recipe = note.recipe as Record<string, unknown>;
    delete recipe.precision;
    delete recipe.resampling;
  });
  const loaded = np.load(file);
  const { recipe, hashes } = provenanceOf(loaded)!;
  assert.deepEqual(recipe, provenanceOf(features)!.recipe);
  assert.equal(hashes, undefined);
  loaded.dispose();
});

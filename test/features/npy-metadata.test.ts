import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, before, beforeEach, test } from 'node:test';
import { LittleDataError } from '../../src/check';
import { np } from '../../src/features/np';
import { metadataOf, readMetadata } from '../../src/features/npy-metadata';
import { provenanceOf, setProvenance } from '../../src/features/provenance';
import { tensorflowReady, tf } from '../../src/tensorflow';
import { malformed } from '../fixtures/malformed';
import { recipe } from './store/rows';
import { temporary } from './tiny';

before(tensorflowReady);

let dir: string;
let file: string;
let remove: () => void;
beforeEach(() => {
  ({ dir, remove } = temporary());
  file = path.join(dir, 'features.npy');
});
afterEach(() => remove());

/** Saves three rows with metadata; returns the metadata's text. */
function save(classNames = ['cats', 'dogs']): string {
  const features = tf.tensor([1, 2, 3, 4, 5, 6], [3, 2]);
  setProvenance(features, {
    recipe: { ...recipe, model: 'a'.repeat(64) },
    classIndices: Object.fromEntries(classNames.map((name, label) => [name, label])),
    filenames: ['cats/1.jpg', 'cats/2: ü.jpg', 'dogs/nested/1.jpg'],
    labels: [0, 0, 1],
    hashes: ['b', 'c', 'd'].map((letter) => letter.repeat(64)),
    leftOut: { 'dogs/constructor': 'empty file' },
  });
  np.save(file, features);
  features.dispose();
  return fs.readFileSync(metadataOf(file), 'utf8');
}

test('np.load() refuses malformed metadata by name, or loads what holds together', () => {
  const variants = malformed(save());
  assert(variants.length > 121);
  let refused = 0;
  for (const text of variants) {
    fs.writeFileSync(metadataOf(file), text);
    const tensors = tf.memory().numTensors;
    try {
      const loaded = np.load(file);
      const { filenames, labels, hashes, classIndices } = provenanceOf(loaded)!;
      for (const list of [filenames, labels, hashes ?? labels]) assert.equal(list.length, 3);
      for (const label of labels) assert(Object.values(classIndices).includes(label), text);
      for (const name of filenames) assert(!name.includes('..') && !path.isAbsolute(name), text);
      loaded.dispose();
    } catch (error) {
      assert(error instanceof LittleDataError, `${text}: ${(error as Error).stack}`);
      assert(error.message.includes('features.npy'), error.message);
      refused++;
    }
    assert.equal(tf.memory().numTensors, tensors);
  }
  assert(refused > 121, `${refused}`);
  assert.equal(({} as { recipe?: unknown }).recipe, undefined);
});

test('np.load() gives classes back by any name that a folder may have', () => {
  const classNames = ['__proto__', 'constructor'];
  save(classNames);
  const loaded = np.load(file);
  assert.deepEqual(Object.keys(provenanceOf(loaded)!.classIndices), classNames);
  assert.deepEqual(provenanceOf(loaded)!.leftOut, { 'dogs/constructor': 'empty file' });
  loaded.dispose();
});

test('np.save() replaces no file that is no such metadata', () => {
  fs.writeFileSync(metadataOf(file), '{"mine": 1}');
  assert.throws(() => save(), /features\.npy\.json: expected the metadata/);
  assert.deepEqual(fs.readdirSync(dir), ['features.npy.json']);
  assert.equal(fs.readFileSync(metadataOf(file), 'utf8'), '{"mine": 1}');
  fs.rmSync(metadataOf(file));
  save();
  assert.equal(readMetadata(file)!.filenames.length, 3);
});

/** Saves an array of one row; `provenance` for one that has metadata. */
function saveRow(value: number, className?: string): void {
  const row = tf.tensor([value], [1, 1]);
  if (className !== undefined)
    setProvenance(row, { classIndices: { [className]: 0 }, filenames: ['1.jpg'], labels: [0] });
  np.save(file, row);
  row.dispose();
}

/** The value of the saved array, and the class of its row. */
function loadRow(): [number, string | undefined] {
  const row = np.load(file);
  const className = Object.keys(provenanceOf(row)?.classIndices ?? {})[0];
  const [value] = row.dataSync();
  row.dispose();
  return [value!, className];
}

const replacements: [name: string, earlier: string | undefined, later: string | undefined][] = [
  ['one with metadata', 'cats', 'dogs'],
  ['one without', 'cats', undefined],
  ['one with metadata after one without', undefined, 'dogs'],
];
for (const [name, earlier, later] of replacements) {
  test(`an array that can not be replaced by ${name} keeps its metadata`, (context) => {
    saveRow(1, earlier);
    context.mock.method(fs, 'renameSync', (from: string, to: string) => {
      if (to.endsWith('.npy'))
        throw Object.assign(new Error('no room'), { code: 'ENOSPC', syscall: 'rename' });
      fs.copyFileSync(from, to);
      fs.rmSync(from);
    });
    assert.throws(() => saveRow(2, later), /full/);
    context.mock.restoreAll();
    assert.deepEqual(loadRow(), [1, earlier]);
  });

  test(`an array has its own metadata at every moment while it is replaced by ${name}`, (context) => {
    saveRow(1, earlier);
    const seen: unknown[] = [];
    const { renameSync, rmSync } = fs;
    const looking =
      <A extends unknown[]>(work: (...given: A) => void) =>
      (...given: A) => {
        seen.push(loadRow());
        work(...given);
        seen.push(loadRow());
      };
    context.mock.method(fs, 'renameSync', looking(renameSync));
    context.mock.method(fs, 'rmSync', looking(rmSync));
    saveRow(2, later);
    context.mock.restoreAll();
    assert(seen.length >= 4);
    for (const state of seen)
      assert(
        [
          [1, earlier],
          [2, later],
        ].some(([value, className]) => JSON.stringify([value, className]) === JSON.stringify(state)),
        JSON.stringify(state),
      );
    assert.deepEqual(loadRow(), [2, later]);
  });
}

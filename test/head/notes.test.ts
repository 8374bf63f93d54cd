import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setProvenance } from '../../src/features/provenance';
import { buildHead } from '../../src/head/build';
import { checkRecipe, headNotes, noteHead } from '../../src/head/notes';
import { tf } from '../../src/tensorflow';
import { fromFolders } from './data';

const newHead = () => buildHead({ inputShape: [2, 2, 4], seed: 1, units: 2, dropout: 0.25 });
const { recipe, classIndices } = fromFolders(tf.zeros([1]), [0]);

describe('headNotes()', () => {
  test("knows a head's shape and dropout", () => {
    const expected = { inputShape: [2, 2, 4], dropout: 0.25, classIndices: undefined, recipe: undefined };
    assert.deepEqual(headNotes(newHead()), expected);
  });

  test('knows what a file said, and what it was trained on since', () => {
    const head = newHead();
    noteHead(head, { inputShape: [2, 2, 4], dropout: 0.25, classIndices: { a: 0, b: 1 } });
    assert.deepEqual(headNotes(head).classIndices, { a: 0, b: 1 });
    setProvenance(head, { recipe, classIndices, filenames: [], labels: [] });
    assert.deepEqual(headNotes(head).classIndices, classIndices);
  });
});

test('checkRecipe() names what differs, and both values', () => {
  checkRecipe(recipe, structuredClone(recipe), 'x');
  for (const [change, message] of [
    [{ targetSize: [96, 96] }, /x: expected features with the targetSize .*\[64,64\], found \[96,96\]/],
    [
      { preprocessing: { rescale: 2, function: null } },
      /the preprocessing .*"rescale":1,.* found .*"rescale":2/,
    ],
    [{ exifOrientation: 'ignore' }, /the exifOrientation .*"apply", found "ignore"/],
    [{ model: 'b' }, /the network \(SHA-256\) .*"a{64}", found "b"/],
  ] as const)
    assert.throws(() => checkRecipe(recipe, { ...recipe, ...change } as typeof recipe, 'x'), message);
});

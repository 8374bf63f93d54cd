import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LittleDataError } from '../../src/check';
import { parseRecord } from '../../src/files/record';
import { buildHead } from '../../src/head/build-head';
import { checkRecipe, headMetadata, headMetadataSchema, setHeadMetadata } from '../../src/head/head-metadata';
import { tf } from '../../src/tensorflow';
import { malformed } from '../fixtures/malformed';
import { fromFolders } from './data';

const newHead = () => buildHead({ inputShape: [2, 2, 4], seed: 1, units: 2 });
const { recipe, classIndices } = fromFolders(tf.zeros([1]), [0]);

describe('headMetadata()', () => {
  test('knows nothing of a new head', () => {
    assert.deepEqual(headMetadata(newHead()), { classIndices: undefined, recipe: undefined });
  });

  test('knows what a file said, and what it was trained on since', () => {
    const head = newHead();
    setHeadMetadata(head, { classIndices: { a: 0, b: 1 } });
    assert.deepEqual(headMetadata(head).classIndices, { a: 0, b: 1 });
    setHeadMetadata(head, { recipe, classIndices });
    assert.deepEqual(headMetadata(head).classIndices, classIndices);
  });
});

test('headMetadataSchema takes what fits a head, and nothing else', () => {
  const text = JSON.stringify({ classIndices, recipe, digest: 'a'.repeat(64) });
  const parse = (metadata: string) =>
    parseRecord(metadata, headMetadataSchema, {
      where: 'head.h5',
      what: 'the metadata',
      next: 'Save it again.',
    });
  assert.deepEqual(parse(text), JSON.parse(text));
  let refused = 0;
  for (const variant of malformed(text))
    try {
      const { classIndices: classes = {}, digest } = parse(variant);
      assert.match(digest ?? 'a'.repeat(64), /^[\da-f]{64}$/, variant);
      const indices = Object.values(classes).sort((a, b) => a - b);
      assert.deepEqual(indices, [...indices.keys()], variant);
    } catch (error) {
      assert(error instanceof LittleDataError, `${variant}: ${(error as Error).stack}`);
      refused++;
    }
  assert(refused > 121, `${refused}`);
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

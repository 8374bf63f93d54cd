import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import {
  type DuplicatePair,
  duplicatesBundle,
  withPictures,
} from '../../../src/insight/duplicates/duplicates';
import { displayName } from '../../../src/notebook/display';
import { temporaryFolder } from '../../datasets/folders';
import { smoothPictures } from './planted';

test('a cell shows counts and the first pairs, those of two splits before others, in at most 200 KB', async () => {
  const dir = temporaryFolder('show-duplicates');
  const [a, b] = (await smoothPictures(dir, 2)) as [string, string];
  const photo = (split: string, file: string) => ({ split, row: 0, file });
  const own: DuplicatePair = {
    ...{ photos: [photo('train', a), photo('train', a)], kind: 'bytes', similarity: 1, correlation: 1 },
  };
  const across: DuplicatePair = {
    ...{
      photos: [photo('train', b), photo('<validation>', b)],
      kind: 'near',
      similarity: 0.9,
      correlation: 0.95,
    },
  };
  const pairs = [...Array.from({ length: 20 }, () => own), across];
  const found = withPictures({ pairs, across: [across], groups: [[]], unread: ['x'] });
  const bundle = await duplicatesBundle(found);
  const [html, text] = [String(bundle['text/html']), String(bundle['text/plain'])];
  assert.match(text, /^21 pairs of duplicates in 1 groups, 1 of two splits\n1 photos could not be read/);
  assert.match(text.split('\n')[3]!, /^near {2}0\.950 {2}train: .*1\.png = <validation>: /);
  assert.match(html, /&#60;validation&#62;/);
  assert.equal(html.match(/data:image\/jpeg/g)?.length, 24);
  assert.ok(JSON.stringify(bundle).length < 200_000);
  assert.deepEqual(await (found as unknown as Record<symbol, () => object>)[displayName]!(), bundle);
  assert.ok(fs.existsSync(path.join(dir, '0.png')));
  fs.rmSync(dir, { recursive: true });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { confusionPart, mistakesPart, suspectsPart } from '../../../src/insight/report/sections';
import { evaluated, evaluationOf } from '../evaluated';

const quiet = { pictures: false };

test('mistakesPart() lists the surest mistakes first, and says where there is none', async () => {
  const rows = [
    ['cats', 'dogs', 0.7],
    ['cats', 'cats', 0.9],
    ['dogs', 'cats', 0.8],
  ] as const;
  const html = await mistakesPart(evaluationOf(evaluated(rows), ['cats', 'dogs']), quiet);
  assert.match(html, /row 2<.*0\.800[\s\S]*row 0<.*0\.700/);
  assert.doesNotMatch(html, /row 1</);
  const right = evaluationOf(evaluated([['cats', 'cats', 0.9]]), ['cats', 'dogs']);
  assert.match(await mistakesPart(right, quiet), /No validation photo/);
});

test('suspectsPart() has the names of photos, and says how many more there are', async () => {
  const suspects = Array.from({ length: 30 }, (_, row) => ({
    ...{ row, className: 'cats', suggestedClass: 'dogs', probability: 0.1 },
    ...{ suggestedProbability: 0.9, margin: -0.8 },
  }));
  const files = suspects.map(({ row }) => `photos/${row}.jpg`);
  const html = await suspectsPart({ suspects, classNames: [], joint: [] }, { files, ...quiet });
  assert.match(html, /30 train photos, the most suspect 24/);
  assert.match(html, /<td>23\.jpg<\/td><td>cats<\/td><td>dogs<\/td><td>0\.900<\/td>/);
  assert.doesNotMatch(html, />24\.jpg/);
});

test('confusionPart() draws as many classes as there are', async () => {
  const html = await confusionPart(evaluationOf(evaluated([['a', 'b', 0.9]]), ['a', 'b', 'c']));
  assert.match(html, /^<div class="chart"><svg /);
});

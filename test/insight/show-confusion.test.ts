import assert from 'node:assert/strict';
import { test } from 'node:test';
import { confusionMatrix } from '../../src/insight/confusion-matrix';
import { showConfusion } from '../../src/insight/show-confusion';
import { inFakeKernel } from '../notebook/fake-kernel';
import { evaluated, evaluationOf } from './evaluated';

test('showConfusion() shows the chart, and the photos of the cell with the most mistakes', async () => {
  const photos = evaluated([
    ['cats', 'cats', 0.9],
    ['cats', 'dogs', 0.6],
    ['dogs', 'dogs', 0.9],
  ]);
  const messages = await inFakeKernel(async () => {
    await showConfusion(confusionMatrix(evaluationOf(photos, ['cats', 'dogs'])));
  });
  const texts = messages.map(({ data }) => String(data['text/plain']));
  assert.ok(messages.some(({ data }) => 'application/vnd.vegalite.v5+json' in data));
  assert.ok(
    texts.some((text) => text.includes('wrong  cats  predicted dogs')),
    texts.join('\n'),
  );
});

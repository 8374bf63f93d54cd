import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { chartSvg } from '../../src/plots/chart';
import { plotHistory } from '../../src/plots/plot-history';

const run = { history: { acc: [0.6, 0.8], loss: [1, 0.5], val_acc: [0.5, 0.7] } };

describe('plotHistory() with a baseline', () => {
  test('draws a dotted line and says in words what it is', () => {
    const spec = plotHistory(run, { baseline: 0.501 });
    const [rule, text] = spec.layer as Record<string, { [key: string]: unknown }>[];
    assert.deepEqual(rule!.mark, { type: 'rule', strokeDash: [2, 4], color: '#808080' });
    assert.deepEqual(rule!.data, { values: [{ value: 0.501, text: 'always the largest class: 0.501' }] });
    assert.equal(text!.mark!.type, 'text');
    assert.match(String(spec.description), / always the largest class: 0\.501\.$/);
  });

  test('leaves the curves as they are without one', () => {
    const without = plotHistory(run).layer as unknown[];
    const layers = plotHistory(run, { baseline: 0.501 }).layer as unknown[];
    assert.deepEqual(layers.slice(2), without);
  });

  test('has words that can be read on a dark page', async () => {
    const spec = plotHistory(run, { baseline: 0.501 });
    for (const [background, fill] of [
      ['#333333', 'white'],
      ['#ffffff', 'black'],
    ]) {
      const svg = await chartSvg({ ...spec, background });
      assert.equal(/<text[^>]*fill="([^"]*)"[^>]*>always the largest/.exec(svg)?.[1], fill);
    }
  });

  test('can be drawn', async () => {
    assert.match(await chartSvg(plotHistory(run, { baseline: 0.501 })), /always the largest class: 0\.501/);
  });

  test('refuses what is no share, and the loss', () => {
    assert.throws(() => plotHistory(run, { baseline: 50.1 }), /`baseline`/);
    assert.throws(
      () => plotHistory(run, { metric: 'loss', baseline: 0.5 }),
      /`baseline` with `metric: 'acc'`/,
    );
  });
});

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { chartSvg } from '../../src/plots/chart';
import { plotConfusion } from '../../src/plots/plot-confusion';
import { type Colour, colourOf, contrast } from '../fixtures/contrast';

const confusion = {
  classNames: ['cats', 'dogs'],
  counts: [
    [395, 6],
    [3, 398],
  ],
};

/** 25 classes; of class i, i photos are predicted as the next one. */
const names = Array.from({ length: 25 }, (_, i) => `class ${i}`);
const many = {
  classNames: names,
  counts: names.map((_, i) => names.map((_, j) => (j === i ? 50 : j === (i + 1) % 25 ? i : 0))),
};

describe('plotConfusion()', () => {
  test('draws counts and percentages of the rows', async () => {
    const svg = await chartSvg(plotConfusion(confusion));
    for (const words of ['395', '98.5%', '>6<', '1.5%', '>3<', '0.7%', 'true class', 'predicted class'])
      assert.ok(svg.includes(words), words);
  });

  test('says the most confused classes in words', () => {
    assert.match(String(plotConfusion(confusion).description), /cats as dogs: 6 \(1\.5%\), dogs as cats: 3/);
    const perfect = { classNames: ['a'], counts: [[2]] };
    assert.match(String(plotConfusion(perfect).description), /no photo is predicted wrong/);
  });

  test('draws the most confused pairs of many classes, most photos first', async () => {
    const spec = plotConfusion(many, { pairs: 3 });
    const { values } = spec.data as { values: { words: string; count: number }[] };
    assert.deepEqual(
      values.map(({ words, count }) => [words, count]),
      [
        ['class 24 as class 0', 24],
        ['class 23 as class 24', 23],
        ['class 22 as class 23', 22],
      ],
    );
    assert.match(await chartSvg(spec), /24 \(32\.4%\)/);
    assert.ok((plotConfusion(many, { mostClasses: 25 }).data as { values: object[] }).values.length === 625);
  });

  test('has words that can be read in the fullest cell, on a white and on a dark page', async () => {
    for (const [page, words] of [
      ['#333333', 'white'],
      ['#ffffff', 'black'],
    ] as const) {
      const svg = await chartSvg({ ...plotConfusion(confusion), background: page });
      assert.equal(/<text[^>]*fill="([^"]*)"[^>]*>395</.exec(svg)?.[1], words);
      const opacities = [...svg.matchAll(/fill-opacity="([\d.]+)"/g)].map(([, value]) => Number(value));
      const behind = colourOf(page);
      for (const fill of ['#2b88d8', '#e06c00']) {
        assert.ok(svg.includes(fill));
        const share = Math.max(...opacities);
        const cell = colourOf(fill).map((part, i) => share * part + (1 - share) * behind[i]!);
        const text = words === 'white' ? ([255, 255, 255] as const) : ([0, 0, 0] as const);
        assert.ok(contrast(cell as unknown as Colour, text) >= 4.5);
      }
    }
  });

  test('refuses what is no matrix', () => {
    assert.throws(() => plotConfusion({ classNames: ['a', 'b'], counts: [[1, 2]] }), /`confusion`/);
    assert.throws(() => plotConfusion('x' as never), /`confusion`/);
  });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chartSvg } from '../../src/plots/chart';
import { plotLearningCurve } from '../../src/plots/plot-learning-curve';

const points = [10, 20, 40, 80].map((photosPerClass, i) => ({
  ...{ photosPerClass, photos: 2 * photosPerClass, acc: 0.8 + 0.03 * i, accs: [0.8 + 0.03 * i] },
  interval: [0.75 + 0.03 * i, 0.85 + 0.03 * i] as [number, number],
}));
const curve = { points, target: 0.95, sentence: '95% needs about 300 photos per class (200 to 500).' };

test('plotLearningCurve() says in words what it shows, and draws a picture', async () => {
  const spec = plotLearningCurve({ ...curve, law: { a: 0.6, b: 0.5, c: 0 } });
  const words = String(spec.description);
  assert.ok(words.includes(curve.sentence) && words.includes('80%') && words.includes('89%'), words);
  const svg = await chartSvg(spec);
  for (const text of ['train photos per class', 'wanted: 95%', curve.sentence])
    assert.ok(svg.includes(text), text);
});

test('plotLearningCurve() draws the law beyond the largest size, and none where there is none', () => {
  const layers = (more: object) =>
    plotLearningCurve({ ...curve, ...more }).layer as { data: { values: object[] } }[];
  const [without, withLaw] = [layers({}), layers({ law: { a: 0.6, b: 0.5, c: 0.01 } })];
  assert.equal(withLaw.length, without.length + 1);
  const line = withLaw
    .map(({ data }) => data.values as { photosPerClass: number; acc: number }[])
    .find((v) => v.length > 10)!;
  assert.ok(line.at(-1)!.photosPerClass > 300);
  // 1 - 0.6 / sqrt(10) - 0.01.
  assert.ok(Math.abs(line[0]!.acc - 0.8002633) < 1e-6);
});

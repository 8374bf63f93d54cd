import assert from 'node:assert/strict';
import { test } from 'node:test';
import { calibrationBins } from '../../src/numerics/calibration-bins';
import { chartSvg } from '../../src/plots/chart';
import { plotReliability } from '../../src/plots/plot-reliability';

test('plotReliability() has a point for each bin with photos, and both errors in words', async () => {
  const bins = calibrationBins([0.55, 0.95, 0.96], { right: [true, true, false], bins: 15 });
  const state = (error: number) => ({ loss: 0.3, error, bins });
  const spec = plotReliability({ before: state(0.081), after: state(0.012) });
  assert.match(String(spec.description), /8\.1% before, 1\.2% after/);
  const [, line] = spec.layer as { data: { values: { count: number; acc: number }[] } }[];
  assert.deepEqual(
    line!.data.values.map(({ count, acc }) => [count, acc]),
    [
      [1, 1],
      [2, 0.5],
      [1, 1],
      [2, 0.5],
    ],
  );
  const svg = await chartSvg(spec);
  for (const text of ['accuracy by probability', 'before (error 8.1%)']) assert.ok(svg.includes(text), text);
});

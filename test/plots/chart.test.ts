import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LiveDisplay } from '../../src/notebook/display';
import { chartBundle, chartSvg, showChart } from '../../src/plots/chart';
import { plotHistory } from '../../src/plots/plot-history';
import { inFakeKernel, printed } from '../notebook/fake-kernel';

const spec = plotHistory({ history: { acc: [0.5, 0.75], val_acc: [0.5, 0.625] } });

test('chartBundle() has the specification as an object, the SVG and the text', async () => {
  const bundle = await chartBundle(spec);
  assert.deepEqual(Object.keys(bundle), ['application/vnd.vegalite.v5+json', 'image/svg+xml', 'text/plain']);
  assert.equal(bundle['application/vnd.vegalite.v5+json'], spec);
  assert.match(String(bundle['image/svg+xml']), /^<svg /);
  assert.equal(
    bundle['text/plain'],
    'Chart: model accuracy: accuracy per epoch. train: 0.7500 at epoch 2. validation: 0.6250 at epoch 2.',
  );
  assert.equal(
    (await chartBundle({ ...spec, description: undefined }))['text/plain'],
    'Chart: model accuracy',
  );
});

test('chartSvg() draws title, axes and legend', async () => {
  const svg = await chartSvg(spec);
  const texts = [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);
  for (const text of ['model accuracy', 'epoch', 'accuracy', 'train', 'validation'])
    assert(texts.includes(text), text);
  assert.equal(
    svg.match(/aria-roledescription="line mark"/g)?.length,
    2,
    'a line for train, one for validation',
  );
});

test('chartSvg() says in words what the chart shows', async () => {
  const svg = await chartSvg({ ...spec, description: 'a < b & "c"' });
  assert.match(svg, /^<svg role="img" [^>]*><title>a &#60; b &#38; &#34;c&#34;<\/title>/);
});

test('chartSvg() leaves the specification as it was', async () => {
  const mine = structuredClone(spec);
  await chartSvg(mine);
  assert.deepStrictEqual(mine, structuredClone(spec));
});

test('showChart() shows a chart, and another one in its place', async () => {
  const messages = await inFakeKernel(async () => {
    const display = new LiveDisplay();
    await showChart(spec, { display });
    await showChart(plotHistory({ history: { acc: [1] } }), { display });
  });
  assert.deepEqual(
    messages.map((message) => message.update),
    [false, true],
  );
  assert.deepEqual(messages[0]!.data['application/vnd.vegalite.v5+json'], spec);
});

test('showChart() prints the text outside a kernel', async () => {
  const lines = await printed(() => showChart(spec));
  assert.equal(lines.length, 1);
  assert.match(lines[0]!, /^Chart: model accuracy/);
});

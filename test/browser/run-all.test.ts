import assert from 'node:assert/strict';
import fs from 'node:fs';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { needs } from '../fixtures/skip';
import { findChromium, Lab, sourceOf } from './lab';
import { cell, menu, outputText, runAll, save } from './notebook';
import { until } from './until';

const notebook = '01-image-classification-with-little-data.ipynb';
const chromium = findChromium();
let lab: Lab;
let page: Page;

before(async () => {
  if (!chromium) return;
  lab = await Lab.start();
  // The same cells on fewer of the drawings: 64 photos go through VGG16 in a few seconds.
  lab.edit(notebook, [
    ['{ train: [0, 99], validation: [100, 139] }', '{ train: [0, 23], validation: [24, 31] }'],
    ['const epochs = 50;', 'const epochs = 5;'],
  ]);
  page = await lab.open(notebook);
});
after(() => lab?.stop());

const isThere = (context: Parameters<typeof needs>[0]) =>
  needs(context, chromium, 'no Chromium is installed (Debian: apt install chromium)');

test('Run All Cells runs the tutorial on drawings and draws its charts', async (context) => {
  if (!isThere(context)) return;
  await runAll(page, () => menu(page, 'Run', 'Run All Cells'));
  await save(page);

  if (process.env.LITTLE_DATA_SCREENSHOT) await wholeNotebook(page, process.env.LITTLE_DATA_SCREENSHOT);

  const codes = lab.saved(notebook).cells.filter((saved) => saved.cell_type === 'code');
  for (const saved of codes) {
    assert.equal(typeof saved.execution_count, 'number', `executed: ${sourceOf(saved)}`);
    const errors = (saved.outputs ?? []).filter(
      ({ output_type, name }) => output_type === 'error' || name === 'stderr',
    );
    assert.deepEqual(errors, []);
  }

  // The charts are drawn by JupyterLab's own Vega, from the specification, and say in words what they show.
  const charts = page.locator('.jp-RenderedVegaCommon5');
  assert.equal(await charts.count(), 6, 'two while training, accuracy, loss, both preparations, both runs');
  for (const chart of await charts.all()) {
    await chart.scrollIntoViewIfNeeded();
    const box = await chart.locator(':is(canvas, svg).marks').boundingBox();
    assert.ok(box && box.width > 200 && box.height > 100, `a chart of ${box?.width} x ${box?.height} pixels`);
    const words = await chart.locator('[role="graphics-document"]').getAttribute('aria-label');
    assert.match(words ?? '', /per epoch\. .*train: [\d.]+ at epoch 5\. .*validation: [\d.]+ at epoch 5\./);
  }
});

test('other `epochs`, and Run Selected Cell and All Below, trains anew from there', async (context) => {
  if (!isThere(context)) return;
  const line = cell(page, 'const epochs =').locator('.cm-line').first();
  await line.click();
  await page.keyboard.press('End');
  await page.keyboard.press('Backspace');
  await page.keyboard.press('Backspace');
  await page.keyboard.type('3;');
  assert.equal(await line.textContent(), 'const epochs = 3;');
  const last = page.locator('.jp-Notebook .jp-CodeCell').last();
  const extraction = await outputText(page, 'bottleneckTrain = keep');
  await menu(page, 'Run', 'Run Selected Cell and All Below');
  await until(page, 'the last cell is waiting', async () => /\*/.test((await last.textContent()) ?? ''));
  await until(page, 'the last cell has run', async () =>
    /\[\d+\]/.test((await last.locator('.jp-InputPrompt').textContent()) ?? ''),
  );
  for (const training of ['await trainHead(trainData', 'await trainHead(vggTrain']) {
    const text = await outputText(page, training);
    assert.match(text, /Epoch 3\/3 /);
    assert.doesNotMatch(text, /\/5 /);
  }
  assert.equal(await outputText(page, 'bottleneckTrain = keep'), extraction, 'the cells above did not run');
});

test('Restart Kernel and Run All Cells takes the features from the store', async (context) => {
  if (!isThere(context)) return;
  await runAll(page, async () => {
    await menu(page, 'Kernel', 'Restart Kernel and Run All Cells…');
    await page.locator('.jp-Dialog .jp-mod-warn', { hasText: 'Restart' }).click();
  });
  for (const code of ['bottleneckTrain = keep', 'bottleneckValidation = keep', 'vggTrain = keep']) {
    const bars = (await outputText(page, code)).split('\n').filter((line) => line.includes('[===='));
    assert.ok(bars.length > 0, code);
    for (const bar of bars) assert.match(bar, /from the feature store/);
  }
});

test('the notebook saved and exported as HTML has its charts, as pictures with words', async (context) => {
  if (!isThere(context)) return;
  await save(page);
  const download = page.waitForEvent('download', { timeout: 120_000 });
  await menu(page, 'File', 'Save and Export Notebook As', 'HTML');
  // "Sanitize HTML output" stays ticked.
  await page.locator('.jp-Dialog .jp-mod-accept').click();
  const html = fs.readFileSync(await (await download).path(), 'utf8');
  const pictures = [...html.matchAll(/<img [^>]*alt="([^"]*)" src="data:image\/svg\+xml;base64,/g)].map(
    ([, words]) => words!,
  );
  for (const words of [
    'Chart: accuracy while training',
    'Chart: model accuracy',
    'Chart: model loss',
    'photo (RGB',
  ])
    assert.ok(
      pictures.some((alt) => alt.startsWith(words)),
      `a picture called "${words}": ${pictures.map((alt) => alt.slice(0, 30)).join(', ')}`,
    );
});

/** A picture of the notebook from top to bottom. */
async function wholeNotebook(page: Page, path: string): Promise<void> {
  const { height } = (await page.locator('.jp-WindowedPanel-viewport').boundingBox())!;
  await page.setViewportSize({ width: 1280, height: Math.ceil(height) + 200 });
  await page.locator('.jp-Notebook .jp-Cell').first().scrollIntoViewIfNeeded();
  await page.screenshot({ path });
  await page.setViewportSize({ width: 1280, height: 1600 });
}
